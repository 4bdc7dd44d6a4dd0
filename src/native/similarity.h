#pragma once
// Similarities of rows, in float64 and in one order of additions: the same to the last bit on every machine, and in
// src/vectors/similarity.ts. A product of two float32 is exact in float64, so it matters for none of the dot products
// whether a compiler fuses it with the addition; it does for squares of differences (binding.gyp forbids it).
#include <cmath>
#include <cstddef>
#include <limits>

namespace wordmill {

/** How near a row is to a query: larger is nearer. */
enum class Similarity { kCosine, kEuclidean, kDot };

/** The sum of `term(i)` for i below `count`: four sums, the rest added to the first. */
template <class Term>
inline double sumOfTerms(size_t count, Term term) {
  double a = 0, b = 0, c = 0, d = 0;
  size_t i = 0;
  for (; i + 3 < count; i += 4) {
    a += term(i);
    b += term(i + 1);
    c += term(i + 2);
    d += term(i + 3);
  }
  for (; i < count; i++) a += term(i);
  return (a + b) + (c + d);
}

inline double dotProduct(const float* a, const float* b, size_t dimensions) {
  return sumOfTerms(dimensions, [&](size_t i) { return static_cast<double>(a[i]) * static_cast<double>(b[i]); });
}

inline double euclideanDistance(const float* a, const float* b, size_t dimensions) {
  return std::sqrt(sumOfTerms(dimensions, [&](size_t i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    return difference * difference;
  }));
}

inline double lengthOf(const float* row, size_t dimensions) { return std::sqrt(dotProduct(row, row, dimensions)); }

/** A vector, and its Euclidean length, which is no finite number where one of its numbers is none. */
struct MeasuredRow {
  const float* data;
  double length;
};

/** The similarity of two rows; NaN where a number of them is not finite. The cosine of a row of length 0 is 0. */
inline double similarityOf(Similarity similarity, const MeasuredRow& row, const MeasuredRow& query, size_t dimensions) {
  if (!std::isfinite(row.length) || !std::isfinite(query.length)) return std::numeric_limits<double>::quiet_NaN();
  if (similarity == Similarity::kEuclidean) return 0 - euclideanDistance(row.data, query.data, dimensions);
  const double product = dotProduct(row.data, query.data, dimensions);
  if (similarity == Similarity::kDot) return product;
  const double lengths = row.length * query.length;
  return lengths == 0 ? 0 : std::fmax(-1, std::fmin(1, product / lengths));
}

}  // namespace wordmill
