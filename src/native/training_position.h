#pragma once
#include <cstdint>
#include <vector>

namespace wordmill {

/** The sum of an epoch's losses, in nats, and over how many predictions. */
struct EpochLoss {
  double loss = 0;
  uint64_t predictions = 0;
};

/** A chunk that was begun and not ended. */
struct OpenChunk {
  /** Which shard has it, where training is in rounds; else 0. */
  uint32_t shard = 0;
  /** Counted over the epochs of a run: epoch * chunks + chunk. */
  uint64_t chunk = 0;
  /** How many of its groups have been trained on. */
  uint64_t groups = 0;
  /** The learning rate of the sentence that is under way there. */
  float rate = 0;
};

/** Where a training is, between groups: what it needs, beside the matrices, to go on as if it had never stopped. */
struct TrainingPosition {
  /** The first chunk that nobody has begun, counted over the epochs of a run. */
  uint64_t nextChunk = 0;
  /** Words (or pairs) of the sentences that have been begun, of the whole plan. */
  uint64_t words = 0;
  std::vector<OpenChunk> open;
  /** By epoch of the run. */
  std::vector<EpochLoss> losses;
};

}  // namespace wordmill
