#include "neighbours.h"

#include <algorithm>
#include <utility>

#include "threads.h"

namespace wordmill {

namespace {

/** Rows that are searched for together: each other row is then read once for all of them. */
constexpr size_t kTogether = 16;

typedef double Lanes __attribute__((vector_size(8 * Neighbours::kLanes), aligned(8), may_alias));

double squaredDistance(const double* a, const double* b, size_t dimensions) {
  Lanes sums{};
  for (size_t j = 0; j < dimensions; j += Neighbours::kLanes) {
    const Lanes difference = *reinterpret_cast<const Lanes*>(a + j) - *reinterpret_cast<const Lanes*>(b + j);
    sums += difference * difference;
  }
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

/** A sorted list of the nearest so far. Rows are offered in order, so that of equally near ones the lower stays. */
struct NearestList {
  uint32_t* rows;
  double* squares;
  size_t room;
  size_t length = 0;

  void offer(uint32_t row, double square) {
    const bool full = length == room;
    if (full && !(square < squares[length - 1])) return;
    size_t place = full ? length - 1 : length++;
    for (; place > 0 && squares[place - 1] > square; place--) {
      squares[place] = squares[place - 1];
      rows[place] = rows[place - 1];
    }
    squares[place] = square;
    rows[place] = row;
  }
};

}  // namespace

Neighbours::Neighbours(std::vector<double> values, size_t dimensions, uint32_t count, uint32_t threads)
    : values_(std::move(values)),
      dimensions_(dimensions),
      points_(values_.size() / dimensions),
      count_(count),
      threads_(threads),
      rows_(points_ * count),
      squares_(points_ * count) {}

void Neighbours::run() {
  forEachTask((points_ + kTogether - 1) / kTogether, threads_, stop_, [&](uint64_t task) {
    const size_t first = task * kTogether;
    const size_t last = std::min(points_, first + kTogether);
    search(first, last);
    done_.fetch_add(last - first, std::memory_order_relaxed);
  });
}

void Neighbours::search(size_t first, size_t last) {
  std::vector<NearestList> lists;
  for (size_t row = first; row < last; row++) {
    lists.push_back({rows_.data() + row * count_, squares_.data() + row * count_, count_});
  }
  for (size_t other = 0; other < points_ && !stop_; other++) {
    const double* const there = values_.data() + other * dimensions_;
    for (size_t row = first; row < last; row++) {
      if (row == other) continue;
      lists[row - first].offer(static_cast<uint32_t>(other),
                               squaredDistance(values_.data() + row * dimensions_, there, dimensions_));
    }
  }
}

}  // namespace wordmill
