#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "../random.h"
#include "../search.h"

namespace wordmill {

/** Rows with repeated, scaled, zero and broken ones among them, in memory of exactly their size; and queries of them. */
class MadeSearch {
 public:
  static constexpr size_t kRows = 700;
  static constexpr size_t kQueries = 7;

  explicit MadeSearch(size_t dimensions)
      : dimensions_(dimensions), data_(new float[kRows * dimensions]), lengths_(new double[kRows]) {
    Random random = Random().fork(static_cast<uint32_t>(dimensions));
    for (size_t row = 0; row < kRows; row++) {
      const uint32_t kind = random.below(12);
      const size_t earlier = row == 0 ? 0 : random.below(static_cast<uint32_t>(row));
      for (size_t i = 0; i < dimensions; i++) {
        float& value = data_[row * dimensions + i];
        value = (static_cast<float>(random.below(2001)) - 1000) / 777;
        if (kind < 3 && row > 0) value = data_[earlier * dimensions + i] * static_cast<float>(1 + kind);
        if (kind == 3) value = 0;
        if (kind == 4 && i == 0) value = std::numeric_limits<float>::quiet_NaN();
        if (kind == 5) value *= 1e25f;
      }
    }
  }

  /** What a kernel finds, for every similarity and some counts: rows and scores in turn. */
  std::vector<double> found(const SearchKernel& kernel, uint32_t threads) {
    const RowMatrix matrix = {data_.get(), kRows, dimensions_, dimensions_};
    rowLengths(matrix, lengths_.get(), threads);
    std::vector<double> all;
    for (const Similarity similarity : {Similarity::kCosine, Similarity::kEuclidean, Similarity::kDot}) {
      for (const size_t count : {size_t{1}, size_t{10}, kRows}) {
        const RowMatrix queries = {matrix.row(50), kQueries, dimensions_, dimensions_};
        const std::vector<std::vector<uint32_t>> leftOut(kQueries, {3, 50, 51});
        const auto found = searchRows({matrix, lengths_.get(), queries, count, similarity, leftOut}, kernel, threads);
        for (const auto& rows : found) {
          for (const ScoredRow& each : rows) {
            all.push_back(each.row);
            all.push_back(each.score);
          }
        }
      }
    }
    return all;
  }

 private:
  size_t dimensions_;
  std::unique_ptr<float[]> data_;
  std::unique_ptr<double[]> lengths_;
};

}  // namespace wordmill
