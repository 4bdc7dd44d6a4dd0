#pragma once
// Where the rows of the two matrices lie.
#include "kernel.h"
#include "simd.h"

namespace {

/** A row of W, as the thread sees it. */
WORDMILL_INLINE float* outputRow(const wordmill::TrainingRows& rows, uint32_t row) {
  return row < rows.firstOwn ? rows.output + row * rows.stride : rows.ownOutput + (row - rows.firstOwn) * rows.stride;
}

}  // namespace
