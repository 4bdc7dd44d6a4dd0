#pragma once
#include <memory>
#include <string>

#include "held_out.h"
#include "mapped_file.h"
#include "training_data.h"

namespace wordmill {

/** Pairs from outside: the records of PairCorpus (src/core/corpus.ts), each a group of its own. */
class PairData : public TrainingData {
 public:
  /** @throws Failure if the file cannot be read or is too short. */
  PairData(const std::string& path, uint64_t pairs, uint32_t vocabularySize, uint32_t seed, Part part,
           OutputSettings outputs);

  size_t chunkCount() const override;
  uint64_t countWords(const std::atomic<bool>& stopped) const override;
  size_t mostContexts() const override { return 1; }
  uint32_t mostOutputs() const override { return outputs_.mostOutputs(); }
  std::unique_ptr<GroupSource> source() const override;

 private:
  friend class PairSource;

  /** How many pairs of a run are in the part that groups are drawn from. */
  uint64_t countRun(uint64_t run) const;

  MappedFile file_;
  uint64_t pairs_;
  uint32_t vocabularySize_;
  uint32_t seed_;
  Part part_;
  OutputSettings outputs_;
};

}  // namespace wordmill
