#pragma once
// What exact search asks of a kernel, in plain data, as kernel.h does for training.
#include <stddef.h>

namespace wordmill {

/** Rows that queries are compared with at once: so few that they stay in the nearest cache for one query after another. */
constexpr size_t kSearchRows = 16;

/** Floats from one prepared query to the next. */
constexpr size_t preparedFloats(size_t dimensions) { return (dimensions + 15) / 16 * 16; }

/** Up to `kSearchRows` rows, at least one. They need no alignment, and nothing is read past their dimensions. */
struct SearchedRows {
  const float* data;
  size_t count;
  size_t dimensions;
  size_t stride;
};

/** Lays a query out as the same kernel's `DotRows` reads it: `preparedFloats` floats, aligned to 64 bytes. */
using PrepareQuery = void (*)(const float* query, size_t dimensions, float* prepared);

/** The dot product of row r and prepared query q, into `dots[q * kSearchRows + r]`; of rows that are not there, anything. */
using DotRows = void (*)(const SearchedRows&, const float* prepared, size_t queries, float* dots);

/** The sum of many floats: what reading them takes at least. */
using SumFloats = double (*)(const float* data, size_t count);

/** All three, for one instruction set. */
struct SearchKernel {
  PrepareQuery prepare;
  DotRows dots;
  SumFloats sum;
};

}  // namespace wordmill
