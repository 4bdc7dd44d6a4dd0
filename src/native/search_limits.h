#pragma once
// Which rows can be passed over by their dot products in float32, for certain. The kernel gives the dot product of a row
// x with the query q scaled to length 1, wrong by at most `error` = e |x|. What a row must have at least to be among the
// best is in `double`; from it follows the least dot product that has to be looked at:
//
//     cosine      dot >= least |x| - error
//     dot         dot >= least / |q| - error
//     euclidean   dot >= (|q|^2 - least^2) / 2|q| + |x|^2 / 2|q| - error        (least: the negated distance)
//
// which is `query.byQuery * row.factor + query.byRow * row.square - row.error` for all three. Whatever cannot be told
// (a row or query that is too long or too short for float32, NaN) makes it NaN or -Infinity, and the row is looked at.
#include <cmath>
#include <cstddef>
#include <limits>

#include "search_kernel.h"
#include "similarity.h"

namespace wordmill {

/**
 * The largest error of a kernel's dot product, as a share of the lengths: dimensions / 4 additions one after the other in
 * the narrowest vectors, some more at the end and for the scaling of the query, each of half a unit in the last place
 * (Higham, Accuracy and Stability of Numerical Algorithms, 3.1); and some to spare, for the limits are float32 too.
 */
inline double errorOfDots(size_t dimensions) { return (static_cast<double>(dimensions) / 4 + 32) * 0x1p-24 * 1.0625; }

/** More than float32's rounding of the terms of a limit, as a share of them. */
constexpr double kSlack = 1e-6;

/** What the limits of a block of rows depend on. Rows that are not there have a limit that nothing reaches. */
struct RowTerms {
  float factor[kSearchRows] = {};
  float square[kSearchRows] = {};
  float error[kSearchRows];

  RowTerms(Similarity similarity, const double* lengths, size_t rows, size_t dimensions) {
    const double share = errorOfDots(dimensions);
    for (float& each : error) each = -std::numeric_limits<float>::infinity();
    for (size_t r = 0; r < rows; r++) {
      const double length = lengths[r];
      const bool isPlain = length == 0 || (length > 1e-15 && length < 1e15);
      error[r] = isPlain ? static_cast<float>(share * length) : std::numeric_limits<float>::infinity();
      factor[r] = similarity == Similarity::kCosine ? static_cast<float>(length) : 1.0f;
      if (similarity == Similarity::kEuclidean) square[r] = static_cast<float>(length * length / 2 * (1 - kSlack));
    }
  }
};

/** What the limits of a query depend on: its length, and the least similarity that is wanted. */
struct QueryTerms {
  float byQuery;
  float byRow;

  QueryTerms(Similarity similarity, double length, double least) : byQuery(static_cast<float>(least)), byRow(0) {
    if (similarity == Similarity::kDot) byQuery = static_cast<float>(least / length);
    if (similarity != Similarity::kEuclidean) return;
    const double squares = length * length - least * least - kSlack * (length * length + least * least);
    const bool isPlain = length > 1e-15 && length < 1e15;
    byQuery = isPlain ? static_cast<float>(squares / (2 * length)) : std::numeric_limits<float>::quiet_NaN();
    byRow = isPlain ? static_cast<float>(1 / length) : 0;
  }

  /** Whether one of a block's rows has to be looked at. */
  bool reach(const RowTerms& rows, const float* dots) const {
    int any = 0;
    for (size_t r = 0; r < kSearchRows; r++) any |= reaches(rows, dots, r);
    return any != 0;
  }

  /** Whether row r of a block has to be looked at. */
  int reaches(const RowTerms& rows, const float* dots, size_t r) const {
    return !(dots[r] < byQuery * rows.factor[r] + byRow * rows.square[r] - rows.error[r]);
  }
};

}  // namespace wordmill
