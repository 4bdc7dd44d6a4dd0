#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "batch.h"

namespace wordmill {

/** Draws groups from one part of the data at a time; each thread has its own. */
class GroupSource {
 public:
  virtual ~GroupSource() = default;
  /**
   * Gives a sink all groups of a chunk, in order.
   * @returns false if the sink stopped.
   * @throws Failure `data` if the data is damaged.
   */
  virtual bool draw(uint32_t epoch, size_t chunk, GroupSink& sink) = 0;
};

/** What is trained on, in chunks that threads share out among themselves. */
class TrainingData {
 public:
  virtual ~TrainingData() = default;
  virtual size_t chunkCount() const = 0;
  /**
   * What an epoch counts, and the learning rate falls by: words that have an id, or pairs. Stops early, with a smaller
   * number, once `stopped` is set.
   */
  virtual uint64_t countWords(const std::atomic<bool>& stopped) const = 0;
  /** Of one group. */
  virtual size_t mostContexts() const = 0;
  /** Rows of W that take part in a prediction, at most. */
  virtual uint32_t mostOutputs() const = 0;
  virtual std::unique_ptr<GroupSource> source() const = 0;
};

}  // namespace wordmill
