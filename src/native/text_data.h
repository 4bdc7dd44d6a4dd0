#pragma once
#include <memory>
#include <vector>

#include "spool_reader.h"
#include "training_data.h"

namespace wordmill {

/** How groups are drawn from sentences. */
struct SamplingSettings {
  /** By word; see docs/sampling.md, "Subsampling". */
  std::vector<uint32_t> keepThresholds;
  uint32_t window;
  bool dynamic;
  /** Targets for each context; 0 for all of the window. */
  uint32_t targets;
};

/** Running text: skip-gram groups, drawn from a spool's sentences as docs/sampling.md says. */
class TextData : public TrainingData {
 public:
  TextData(std::unique_ptr<Spool> spool, SamplingSettings sampling, NegativeSettings negatives)
      : spool_(std::move(spool)), sampling_(std::move(sampling)), negatives_(std::move(negatives)) {}

  size_t chunkCount() const override { return spool_->chunks().size(); }
  uint64_t countWords(const std::atomic<bool>& stopped) const override;
  uint32_t mostOutputs() const override { return negatives_.negative + 1; }
  std::unique_ptr<GroupSource> source() const override;

 private:
  friend class TextSource;

  std::unique_ptr<Spool> spool_;
  SamplingSettings sampling_;
  NegativeSettings negatives_;
};

}  // namespace wordmill
