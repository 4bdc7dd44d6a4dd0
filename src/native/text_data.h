#pragma once
#include <memory>
#include <vector>

#include "held_out.h"
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
  uint32_t seed;
  Part part;
};

/** Running text: groups, drawn from a spool's sentences as docs/sampling.md says. */
class TextData : public TrainingData {
 public:
  TextData(std::unique_ptr<Spool> spool, SamplingSettings sampling, OutputSettings outputs)
      : spool_(std::move(spool)), sampling_(std::move(sampling)), outputs_(std::move(outputs)) {}

  size_t chunkCount() const override { return spool_->chunks().size(); }
  uint64_t countWords(const std::atomic<bool>& stopped) const override;
  size_t mostContexts() const override { return sampling_.targets == 0 ? 2 * size_t{sampling_.window} : 1; }
  uint32_t mostOutputs() const override { return outputs_.mostOutputs(); }
  std::unique_ptr<GroupSource> source() const override;

 private:
  friend class TextSource;

  /** Whether a sentence is in the part that groups are drawn from. */
  bool takes(uint64_t sentence) const {
    if (sampling_.part.isWhole()) return true;
    Random draws = sampling_.part.drawsOf(sentence);
    return sampling_.part.takes(draws);
  }

  std::unique_ptr<Spool> spool_;
  SamplingSettings sampling_;
  OutputSettings outputs_;
};

}  // namespace wordmill
