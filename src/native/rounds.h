#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "round_barrier.h"
#include "row_merge.h"
#include "trainer.h"

namespace wordmill {

/**
 * Training that gives the same vectors, bit for bit, on any number of threads: in rounds, in which a fixed number of
 * shards each train on copies of the rows that they need, before the copies are merged in a fixed order
 * (docs/sampling.md, "Deterministic training").
 */
class Rounds {
 public:
  /** Shards, and the threads that there is work for at most. */
  static constexpr uint32_t kShards = 16;

  Rounds(Trainer& trainer, uint32_t threads);
  ~Rounds();

  /** The work of one of the threads, by its number; returns when all epochs are done or the training is stopped or paused. */
  void work(uint32_t thread);

 private:
  struct Shard;
  class Turn;

  void takeTurns(Turn& turn);
  void mergePart(uint32_t part);
  void startRound();
  void endRound();
  /** Whether there is anything left to train on. */
  bool hasWork() const;
  /** Ends the work between two rounds, to go on from there. */
  void leave();
  /** Takes up what was left. */
  void takeUp();
  /** Opens a chunk of the epoch under way. */
  void begin(Shard& shard, const OpenChunk& chunk);

  Trainer& trainer_;
  const uint32_t threads_;
  RoundBarrier barrier_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<RowSlab*> inputSlabs_, outputSlabs_;  // of all shards, in order
  RowMerge inputMerge_, outputMerge_;
  std::atomic<uint32_t> nextShard_{0};
  // Changed between rounds only, by one thread while the others wait.
  uint32_t epoch_ = 0;
  uint64_t nextChunk_ = 0;
  uint64_t wordsBefore_ = 0;
  float damping_ = 0;
  bool isOver_ = false;
};

}  // namespace wordmill
