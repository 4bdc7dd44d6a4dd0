#pragma once
// Frozen rows of E are read, never changed.
#include "kernel_scores.h"

namespace {

/** What a piece would change of frozen rows is a copy, which is thrown away: kernels need not know of them. */
__attribute__((noinline)) void setFrozenAside(const TrainingRows& rows, const uint32_t* contexts, float* copies,
                                              size_t floats, float** inputs, int count) {
  for (int i = 0; i < count; i++) {
    if (!rows.frozen[contexts[i]]) continue;
    float* const copy = copies + static_cast<size_t>(i) * rows.stride;
    for (size_t j = 0; j < floats; j += kLanes) store(copy + j, load(inputs[i] + j));
    inputs[i] = copy;
  }
}

}  // namespace
