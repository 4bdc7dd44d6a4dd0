#pragma once
// Input vectors that are the mean of several rows of E: composed before they are trained on, and their changes added
// to all of their rows afterwards. Both go over the same rows, which lie all over a large matrix: while one vector's
// rows are worked on, the next one's are asked for.
#include "kernel_scores.h"

namespace {

using wordmill::ComposedRows;
using wordmill::RowList;
using wordmill::TrainingRows;

/** Vectors of a row that are kept in registers at once. */
constexpr int kColumns = 8;

/** Asks for a row of the next list, where it has so many. */
WORDMILL_INLINE void fetchNext(const TrainingRows& rows, const RowList* next, uint32_t place) {
  if (!next || place >= next->count) return;
  const float* const row = rows.input + next->rows[place] * rows.stride;
  for (size_t j = 0; j < rows.dimensions; j += wordmill::kRowFloats) __builtin_prefetch(row + j, 1, 3);
}

/** Takes the mean of some columns: `Vectors` vectors from float `j` on. */
template <int Vectors>
WORDMILL_INLINE void composeColumns(const TrainingRows& rows, const RowList& list, const RowList* next, size_t j,
                                    float* now, float* before) {
  Floats sums[Vectors] = {};
  for (uint32_t i = 0; i < list.count; i++) {
    fetchNext(rows, next, i);
    const float* const row = rows.input + list.rows[i] * rows.stride + j;
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; v++) sums[v] += load(row + v * kLanes);
  }
  const Floats share = splat(1.0f / static_cast<float>(list.count));
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; v++) {
    store(now + j + v * kLanes, sums[v] * share);
    store(before + j + v * kLanes, sums[v] * share);
  }
}

/** Adds to every row what some columns have changed by. */
template <int Vectors>
WORDMILL_INLINE void spreadColumns(const TrainingRows& rows, const RowList& list, const RowList* next, size_t j,
                                   const float* now, const float* before) {
  Floats change[Vectors];
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; v++) change[v] = load(now + j + v * kLanes) - load(before + j + v * kLanes);
  for (uint32_t i = 0; i < list.count; i++) {
    fetchNext(rows, next, i);
    float* const row = rows.input + list.rows[i] * rows.stride + j;
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; v++) store(row + v * kLanes, load(row + v * kLanes) + change[v]);
  }
}

/** Calls `use` for all columns, as few times as there is room in registers, with how many vectors and where. */
template <int Vectors, class Use>
WORDMILL_INLINE void restOfColumns(size_t vectors, size_t j, Use use) {
  if (vectors == Vectors) return use(Size<Vectors>(), j);
  if constexpr (Vectors > 1) restOfColumns<Vectors - 1>(vectors, j, use);
}

template <class Use>
WORDMILL_INLINE void forAllColumns(size_t dimensions, Use use) {
  size_t vectors = wholeVectors(dimensions) / kLanes;
  size_t j = 0;
  for (; vectors > kColumns; vectors -= kColumns, j += kColumns * kLanes) use(Size<kColumns>(), j);
  restOfColumns<kColumns>(vectors, j, use);
}

void composeRows(const TrainingRows& rows, const ComposedRows& composed) {
  for (size_t i = 0; i < composed.count; i++) {
    const RowList* const next = i + 1 < composed.count ? composed.lists + i + 1 : nullptr;
    float* const now = composed.now + i * rows.stride;
    float* const before = composed.before + i * rows.stride;
    forAllColumns(rows.dimensions, [&](auto size, size_t j) WORDMILL_INLINE_LAMBDA {
      composeColumns<decltype(size)::value>(rows, composed.lists[i], j == 0 ? next : nullptr, j, now, before);
    });
  }
}

void spreadChanges(const TrainingRows& rows, const ComposedRows& composed) {
  for (size_t i = 0; i < composed.count; i++) {
    const RowList* const next = i + 1 < composed.count ? composed.lists + i + 1 : nullptr;
    const float* const now = composed.now + i * rows.stride;
    const float* const before = composed.before + i * rows.stride;
    forAllColumns(rows.dimensions, [&](auto size, size_t j) WORDMILL_INLINE_LAMBDA {
      spreadColumns<decltype(size)::value>(rows, composed.lists[i], j == 0 ? next : nullptr, j, now, before);
    });
  }
}

}  // namespace
