#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wordmill {

/**
 * For each row the `count` others nearest to it, nearest first, of equally near ones the lower first: all pairs are
 * compared. src/vectors/projection/nearest-rows.ts is the specification: the same bits.
 */
class Neighbours {
 public:
  /** How many sums a distance is made of; rows have a multiple of so many dimensions. */
  static constexpr size_t kLanes = 4;

  /** @param values [rows, dimensions]; count is less than rows. */
  Neighbours(std::vector<double> values, size_t dimensions, uint32_t count, uint32_t threads);

  /** Runs until the end, or until it is stopped. */
  void run();

  /** [rows, count] */
  const std::vector<uint32_t>& rows() const { return rows_; }
  /** [rows, count]: squared Euclidean distances. */
  const std::vector<double>& squares() const { return squares_; }
  uint64_t rowsDone() const { return done_; }
  void abort() { stop_ = true; }
  bool stopped() const { return stop_; }

 private:
  void search(size_t first, size_t last);

  const std::vector<double> values_;
  const size_t dimensions_;
  const size_t points_;
  const size_t count_;
  const uint32_t threads_;
  std::vector<uint32_t> rows_;
  std::vector<double> squares_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> done_{0};
};

}  // namespace wordmill
