#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "own_rows.h"
#include "scratch.h"
#include "trainer.h"

namespace wordmill {

/** One thread of a training that is not in rounds: draws groups and trains on them. */
class Worker : public GroupSink {
 public:
  explicit Worker(Trainer& trainer);

  /** Takes chunks until there are none, or the training is stopped or paused. */
  void run();

  float startSentence(uint32_t words) override;
  bool consume(const Batch& batch) override;

 private:
  static constexpr uint64_t kPredictionsToShare = 100'000;

  /** A sentence that has been begun: the words of the chunk up to its end, and its learning rate. */
  struct Begun {
    uint64_t words;
    float rate;
  };

  bool isPausing() const { return trainer_.pausing_ && hasTrained_; }
  void trainChunk(OpenChunk chunk);
  void trainOn(const GroupBatch& groups);
  /** Leaves the chunk where it is; words of sentences whose groups were drawn and not trained on are given back. */
  void leaveChunk();
  void shareWords();
  void shareLoss();

  Trainer& trainer_;
  std::unique_ptr<GroupSource> source_;
  Scratch scratch_;
  std::unique_ptr<SubwordSpan> span_;  // where there are subwords
  std::unique_ptr<OwnRows> own_;       // of hierarchical softmax on several threads
  TrainingRows rows_;
  OpenChunk chunk_;
  std::vector<Begun> begun_;  // the sentence of the last group that was trained on, or one after it, and those since
  bool isLeft_ = false;       // the chunk, before its end
  bool hasTrained_ = false;   // on anything: a pause never comes before that, so that there is progress
  uint32_t epoch_ = 0;        // of those that this run trains
  uint64_t wordsSeen_;        // all threads', as of when this one last shared its own
  uint64_t ownWords_ = 0;     // since then
  double loss_ = 0;
  uint64_t predictions_ = 0;
};

}  // namespace wordmill
