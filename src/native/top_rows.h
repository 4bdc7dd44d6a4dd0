#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace wordmill {

/** A row, and how near it is to a query. */
struct ScoredRow {
  double score;
  uint32_t row;

  /** Of equal scores the lower row is better. */
  bool isBetterThan(const ScoredRow& other) const {
    return score > other.score || (score == other.score && row < other.row);
  }
};

/** Keeps the best of many rows, at most `most`: a heap with the worst of them first. */
class TopRows {
 public:
  explicit TopRows(size_t most) : most_(most) {}

  /** Takes a row if it is among the best so far; never one whose score is NaN. Tells whether it did. */
  bool offer(const ScoredRow& candidate) {
    if (candidate.score != candidate.score) return false;
    if (rows_.size() == most_) {
      if (most_ == 0 || !candidate.isBetterThan(rows_.front())) return false;
      std::pop_heap(rows_.begin(), rows_.end(), isBetter);
      rows_.back() = candidate;
    } else {
      rows_.push_back(candidate);
    }
    std::push_heap(rows_.begin(), rows_.end(), isBetter);
    return true;
  }

  /** What a row's score must be at least to be taken. */
  double least() const {
    return rows_.size() < most_ ? -std::numeric_limits<double>::infinity() : rows_.front().score;
  }

  const std::vector<ScoredRow>& rows() const { return rows_; }

  /** What was kept, best first; nothing is kept any more. */
  std::vector<ScoredRow> sorted() {
    std::sort(rows_.begin(), rows_.end(), isBetter);
    return std::move(rows_);
  }

 private:
  static bool isBetter(const ScoredRow& a, const ScoredRow& b) { return a.isBetterThan(b); }

  size_t most_;
  std::vector<ScoredRow> rows_;
};

}  // namespace wordmill
