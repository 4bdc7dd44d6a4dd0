#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "search_kernel.h"
#include "similarity.h"
#include "top_rows.h"

namespace wordmill {

/** Rows of float32, `stride` floats from one to the next. */
struct RowMatrix {
  const float* data;
  size_t rows;
  size_t dimensions;
  size_t stride;

  const float* row(size_t row) const { return data + row * stride; }
};

/** What is looked for. */
struct SearchJob {
  RowMatrix matrix;
  /** The length of each row, from `rowLengths`. */
  const double* lengths;
  /** One after the other, without padding. */
  RowMatrix queries;
  /** How many rows of each query are wanted at most. */
  size_t count;
  Similarity similarity;
  /** For each query, rows that are not wanted, ascending. */
  std::vector<std::vector<uint32_t>> leftOut;
};

/**
 * The rows most similar to each query, best first, of equal ones the lower first; rows with a number that is not finite
 * never. Exact: kernels in float32 say which rows can be passed over, all others are compared in float64.
 */
std::vector<std::vector<ScoredRow>> searchRows(const SearchJob& job, const SearchKernel& kernel, uint32_t threads);

/** The dot product of each query with each row, [queries, rows], summed in float32. */
void dotProducts(const RowMatrix& matrix, const RowMatrix& queries, const SearchKernel& kernel, float* products);

/** The Euclidean length of each row. */
void rowLengths(const RowMatrix& matrix, double* lengths, uint32_t threads);

/** The sum of many floats, on so many threads. */
double sumFloats(const float* data, size_t count, const SearchKernel& kernel, uint32_t threads);

}  // namespace wordmill
