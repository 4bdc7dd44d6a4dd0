#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace wordmill {

/** Sums of one row of the matrix by column, in whole numbers; then gives them in order and starts again at zero. */
template <class Unit>
class RowCounter {
 public:
  explicit RowCounter(uint32_t columns)
      : sums_(columns), touched_(columns + 1), bits_(columns / 64 + 1), summary_(columns / 4096 + 1) {}

  void add(uint32_t column, Unit units) {
    touched_[count_] = column;
    count_ += sums_[column] == 0;
    sums_[column] += units;
  }

  /** Calls `take(column, sum)` for each column that has something, in order. */
  template <class Take>
  void drain(Take take) {
    if (count_ < kFewColumns) {
      std::sort(touched_.begin(), touched_.begin() + count_);
      for (size_t i = 0; i < count_; i++) give(touched_[i], take);
    } else {
      drainByBits(take);
    }
    count_ = 0;
  }

 private:
  static constexpr size_t kFewColumns = 32;

  template <class Take>
  void give(uint32_t column, Take& take) {
    take(column, sums_[column]);
    sums_[column] = 0;
  }

  /** Sorts by a bit for each column, and one for each 64 of them, so that empty stretches cost next to nothing. */
  template <class Take>
  void drainByBits(Take& take) {
    for (size_t i = 0; i < count_; i++) {
      const uint32_t column = touched_[i];
      bits_[column / 64] |= uint64_t{1} << (column % 64);
      summary_[column / 4096] |= uint64_t{1} << (column / 64 % 64);
    }
    for (size_t top = 0; top < summary_.size(); top++) {
      for (uint64_t words = summary_[top]; words != 0; words &= words - 1) {
        const size_t word = top * 64 + static_cast<size_t>(__builtin_ctzll(words));
        for (uint64_t bits = bits_[word]; bits != 0; bits &= bits - 1) {
          give(static_cast<uint32_t>(word * 64 + static_cast<size_t>(__builtin_ctzll(bits))), take);
        }
        bits_[word] = 0;
      }
      summary_[top] = 0;
    }
  }

  std::vector<Unit> sums_;
  std::vector<uint32_t> touched_;
  std::vector<uint64_t> bits_, summary_;
  size_t count_ = 0;
};

}  // namespace wordmill
