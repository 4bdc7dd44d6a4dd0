#pragma once
#include <algorithm>

#include "aligned_memory.h"
#include "kernel.h"

namespace wordmill {

/**
 * A thread's own copies of the last rows of W. Of hierarchical softmax these are the nodes next to the root, which are on
 * nearly every path: threads that shared them would wait for each other's writes all the time.
 */
class OwnRows {
 public:
  /** So many levels of a balanced tree's nodes. */
  static constexpr size_t kMost = 63;

  explicit OwnRows(const TrainingRows& rows)
      : first_(rows.outputRows > kMost ? rows.outputRows - kMost : 0),
        floats_((rows.outputRows - first_) * rows.stride),
        shared_(rows.output + first_ * rows.stride),
        now_(floats_ * sizeof(float)),
        before_(floats_ * sizeof(float)) {
    float* const now = static_cast<float*>(now_.data());
    std::copy_n(shared_, floats_, now);
    // Not from the shared rows once more: what others write to them in between would count as this thread's change.
    std::copy_n(now, floats_, static_cast<float*>(before_.data()));
  }

  /** The rows, with the thread's own in their place. */
  TrainingRows in(TrainingRows rows) const {
    rows.ownOutput = static_cast<float*>(now_.data());
    rows.firstOwn = static_cast<uint32_t>(first_);
    return rows;
  }

  /**
   * Adds what the thread has changed since the last time, and takes over what others have. Threads race here as they do
   * in kernels: what one adds at the same moment as another may be lost.
   */
  __attribute__((no_sanitize("thread"))) void exchange() {
    float* const now = static_cast<float*>(now_.data());
    float* const before = static_cast<float*>(before_.data());
    for (size_t i = 0; i < floats_; i++) now[i] = before[i] = shared_[i] += now[i] - before[i];
  }

 private:
  size_t first_;
  size_t floats_;
  float* shared_;
  AlignedMemory now_, before_;
};

}  // namespace wordmill
