// The kernel of exact search, compiled once for each instruction set: WORDMILL_LANES floats in a vector,
// WORDMILL_SEARCH_QUERIES queries at a time; WORDMILL_SEARCH names it. Uses no standard library: see kernel.h.
#include "search_kernel.h"
#include "simd.h"
#include "simd_roots.h"

namespace {

using wordmill::kSearchRows;
using wordmill::preparedFloats;
using wordmill::SearchedRows;

/** Rows and queries in one tile of sums, as many as there are registers for. */
constexpr size_t kRows = 4;
constexpr size_t kQueries = WORDMILL_SEARCH_QUERIES;

/**
 * Which floats of a row a kernel loads: whole vectors, then, where there is a rest, its last `kLanes` floats, some of
 * them for a second time. A prepared query has zeros against those, so nothing has to be read past a row.
 */
struct Loads {
  explicit Loads(size_t dimensions)
      : whole(dimensions < kLanes ? kLanes : dimensions / kLanes * kLanes),
        hasRest(dimensions > whole),
        rest(dimensions - kLanes) {}
  size_t whole;
  bool hasRest;
  size_t rest;
};

void prepare(const float* query, size_t dimensions, float* prepared) {
  const Loads loads(dimensions);
  for (size_t i = 0; i < preparedFloats(dimensions); i++) prepared[i] = 0;
  for (size_t i = 0; i < loads.whole && i < dimensions; i++) prepared[i] = query[i];
  if (!loads.hasRest) return;
  for (size_t i = loads.whole; i < dimensions; i++) prepared[loads.whole + i - loads.rest] = query[i];
}

/** The sums of the lanes of four vectors. */
WORDMILL_INLINE FourFloats sumsOfFour(const Floats* vectors) {
  union {
    Floats whole;
    FourFloats fours[kLanes / 4];
  } parts = {addNeighbours(addNeighbours(vectors[0], vectors[1]), addNeighbours(vectors[2], vectors[3]))};
#if WORDMILL_LANES == 16
  return (parts.fours[0] + parts.fours[1]) + (parts.fours[2] + parts.fours[3]);
#elif WORDMILL_LANES == 8
  return parts.fours[0] + parts.fours[1];
#else
  return parts.fours[0];
#endif
}

/** Asks for the floats of a vector `ahead` of it, four times a line: of single requests many are dropped. */
WORDMILL_INLINE void fetch(const float* vector, size_t ahead) {
#pragma GCC unroll 4
  for (size_t i = 0; i < kLanes; i += 4) __builtin_prefetch(vector + ahead + i, 0, 2);
}

/** A tile of dot products. With `Ahead`, fetches the rows that lie so many floats further on meanwhile. */
template <size_t Queries, bool Ahead>
WORDMILL_INLINE void dotTile(const float* const* rows, size_t ahead, const float* queries, size_t queryStride,
                             const Loads& loads, float* dots) {
  Floats sums[Queries * kRows] = {};
  const auto add = [&](size_t row, size_t query) WORDMILL_INLINE_LAMBDA {
    Floats values[kRows];
#pragma GCC unroll 4
    for (size_t r = 0; r < kRows; r++) {
      values[r] = loadUnaligned(rows[r] + row);
      if (Ahead) fetch(rows[r] + row, ahead);
    }
#pragma GCC unroll 4
    for (size_t q = 0; q < Queries; q++) {
      const Floats factor = load(queries + q * queryStride + query);
#pragma GCC unroll 4
      for (size_t r = 0; r < kRows; r++) sums[q * kRows + r] += values[r] * factor;
    }
  };
  for (size_t i = 0; i < loads.whole; i += kLanes) add(i, i);
  if (loads.hasRest) add(loads.rest, loads.whole);
#pragma GCC unroll 4
  for (size_t q = 0; q < Queries; q++) {
    const FourFloats four = sumsOfFour(sums + q * kRows);
    __builtin_memcpy(dots + q * kSearchRows, &four, sizeof four);
  }
}

/** Rows that are shorter than a vector, each followed by zeros. */
struct PaddedRows {
  alignas(64) float data[kSearchRows * kLanes];

  explicit PaddedRows(const SearchedRows& rows) : data() {
    for (size_t r = 0; r < rows.count; r++) {
      for (size_t i = 0; i < rows.dimensions; i++) data[r * kLanes + i] = rows.data[r * rows.stride + i];
    }
  }
};

/** All rows against `Queries` queries, of which the first is prepared query q. */
template <size_t Queries>
WORDMILL_INLINE void dotTiles(const SearchedRows& rows, const Loads& loads, const float* queries, size_t queryStride,
                              size_t q, float* dots) {
  for (size_t first = 0; first < rows.count; first += kRows) {
    const float* four[kRows];
    // In the place of rows that are not there, the last one once more.
    for (size_t r = 0; r < kRows; r++) {
      four[r] = rows.data + (first + r < rows.count ? first + r : rows.count - 1) * rows.stride;
    }
    const float* const query = queries + q * queryStride;
    float* const to = dots + q * kSearchRows + first;
    // The first queries wait for the rows; meanwhile those of the next block come.
    if (q == 0) dotTile<Queries, true>(four, kSearchRows * rows.stride, query, queryStride, loads, to);
    else dotTile<Queries, false>(four, 0, query, queryStride, loads, to);
  }
}

WORDMILL_INLINE void dotBlock(const SearchedRows& rows, const Loads& loads, const float* queries, size_t queryStride,
                              size_t queryCount, float* dots) {
  size_t q = 0;
  for (; q + kQueries <= queryCount; q += kQueries) dotTiles<kQueries>(rows, loads, queries, queryStride, q, dots);
  for (; q < queryCount; q++) dotTiles<1>(rows, loads, queries, queryStride, q, dots);
}

void dots(const SearchedRows& rows, const float* prepared, size_t queries, float* to) {
  const Loads loads(rows.dimensions);
  const size_t queryStride = preparedFloats(rows.dimensions);
  if (rows.dimensions >= kLanes) return dotBlock(rows, loads, prepared, queryStride, queries, to);
  const PaddedRows padded(rows);
  dotBlock({padded.data, rows.count, kLanes, kLanes}, loads, prepared, queryStride, queries, to);
}

double sum(const float* data, size_t count) {
  constexpr size_t kSums = 8;
  Floats sums[kSums] = {};
  size_t i = 0;
  for (; i + kSums * kLanes <= count; i += kSums * kLanes) {
#pragma GCC unroll 8
    for (size_t s = 0; s < kSums; s++) sums[s] += loadUnaligned(data + i + s * kLanes);
  }
  double total = 0;
  for (const Floats& each : sums) total += sumOfLanes(each);
  for (; i < count; i++) total += data[i];
  return total;
}

}  // namespace

namespace wordmill {

extern const SearchKernel WORDMILL_SEARCH = {prepare, dots, sum};

}  // namespace wordmill
