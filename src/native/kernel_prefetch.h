#pragma once
// Rows of a later group, fetched while an earlier one is trained on: memory takes longer to answer than a group takes.
#include "kernel.h"
#include "kernel_rows.h"
#include "simd.h"

namespace {

class Upcoming {
 public:
  void clear() { count_ = 0; }

  /** Notes which rows of a group are to be fetched. */
  WORDMILL_INLINE void expect(const wordmill::TrainingRows& rows, const wordmill::Group& group) {
    // The first nodes of every path are in the cache already.
    uint32_t first = group.signs && group.outputCount > kHotNodes ? kHotNodes : 0;
    if (group.outputCount - first > kMostOutputs) first = group.outputCount - kMostOutputs;
    for (uint32_t o = first; o < group.outputCount; o++) rows_[count_++] = outputRow(rows, group.outputs[o]);
    // The last context; the others were in the window of the group before, as a rule.
    rows_[count_++] = rows.input + group.contexts[group.contextCount - 1] * rows.stride;
  }

  /** Asks for one cache line of each row: spread over the work, since a burst would wait for itself. */
  WORDMILL_INLINE void fetch(size_t j) const {
    if (j % wordmill::kRowFloats != 0) return;
    for (uint32_t k = 0; k < count_; k++) __builtin_prefetch(rows_[k] + j, 1, 3);
  }

  /** The same for so many rows, unrolled; where fewer are expected, rows of before are asked for again. */
  template <int Rows>
  WORDMILL_INLINE void fetchAll(size_t j) const {
    static_assert(Rows <= kMostOutputs + 1);
    if (j % wordmill::kRowFloats != 0) return;
#pragma GCC unroll 32
    for (int k = 0; k < Rows; k++) __builtin_prefetch(rows_[k] + j, 1, 3);
  }

 private:
  static constexpr uint32_t kHotNodes = 6;
  static constexpr uint32_t kMostOutputs = 24;

  const float* rows_[kMostOutputs + 1] = {};  // A prefetch of nothing does no harm.
  uint32_t count_ = 0;
};

}  // namespace
