#include "glove_trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "failure.h"
#include "random.h"
#include "threads.h"

namespace wordmill {

namespace {

/** The longest run of cells of one row (docs/glove.md, "Order"). */
constexpr uint64_t kLongestRun = 32;

/** Cells that go to the kernel at once. */
constexpr size_t kBatch = 4096;

template <class Item>
void shuffle(std::vector<Item>& items, Random& random) {
  for (size_t left = items.size(); left > 1; left--) {
    std::swap(items[left - 1], items[random.below(static_cast<uint32_t>(left))]);
  }
}

/** Where a tile's runs start: cells of one row that stand together, cut after kLongestRun. */
void findRuns(const CellSpan& span, std::vector<uint64_t>& runs) {
  runs.clear();
  for (uint64_t i = 0; i < span.count; i++) {
    if (i == 0 || span.cells[i].row != span.cells[i - 1].row || i - runs.back() == kLongestRun) runs.push_back(i);
  }
}

uint64_t runLength(const CellSpan& span, uint64_t start) {
  const uint64_t most = std::min(span.count - start, kLongestRun);
  uint64_t length = 1;
  while (length < most && span.cells[start + length].row == span.cells[start].row) length++;
  return length;
}

}  // namespace

GloveTrainer::GloveTrainer(GloveSettings settings, std::shared_ptr<const CellTiles> tiles)
    : settings_(settings), tiles_(std::move(tiles)) {}

double GloveTrainer::train(uint32_t epoch) {
  const uint32_t blocks = tiles_->blocks();
  const std::vector<Tile> order = orderOfTiles(epoch);
  std::vector<double> losses(order.size());
  rowSteps_.assign(blocks, 0);
  columnSteps_.assign(blocks, 0);
  cellsDone_ = 0;
  std::atomic<size_t> next{0};
  onThreads(std::min(settings_.threads, blocks), stopped_, [&](uint32_t) {
    std::vector<uint64_t> runs;
    std::vector<GloveCell> batch;
    batch.reserve(kBatch + kLongestRun);
    for (size_t index; !stopped_ && (index = next.fetch_add(1)) < order.size();) {
      waitFor(order[index]);
      losses[index] = trainTile(order[index], epoch, runs, batch);
      finish(order[index]);
    }
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return sum;
}

std::vector<GloveTrainer::Tile> GloveTrainer::orderOfTiles(uint32_t epoch) const {
  const uint32_t blocks = tiles_->blocks();
  std::vector<uint32_t> shifts(blocks);
  for (uint32_t i = 0; i < blocks; i++) shifts[i] = i;
  Random random = Random().fork(settings_.seed).fork(kTilesStream).fork(epoch);
  shuffle(shifts, random);
  std::vector<Tile> order;
  for (uint32_t step = 0; step < blocks; step++) {
    for (uint32_t row = 0; row < blocks; row++) order.push_back({step, row, (row + shifts[step]) % blocks});
  }
  return order;
}

double GloveTrainer::trainTile(const Tile& tile, uint32_t epoch, std::vector<uint64_t>& runs,
                               std::vector<GloveCell>& batch) {
  const CellSpan span = tiles_->trained(tile.rowBlock, tile.columnBlock);
  const uint32_t blocks = tiles_->blocks();
  findRuns(span, runs);
  Random random =
      Random().fork(settings_.seed).fork(kTilesStream).fork(epoch).fork(tile.rowBlock * blocks + tile.columnBlock);
  shuffle(runs, random);
  double loss = 0;
  batch.clear();
  for (size_t run = 0; run < runs.size() && !stopped_; run++) {
    const GloveCell* const start = span.cells + runs[run];
    batch.insert(batch.end(), start, start + runLength(span, runs[run]));
    if (batch.size() < kBatch && run + 1 < runs.size()) continue;
    loss += settings_.kernel.train(settings_.rows, {batch.data(), batch.size(), blocks, tile.rowBlock, tile.columnBlock},
                                   settings_.learningRate);
    if (!std::isfinite(loss)) throw Failure("data", "the loss is no longer a finite number: training has diverged");
    cellsDone_.fetch_add(batch.size(), std::memory_order_relaxed);
    batch.clear();
  }
  return loss;
}

void GloveTrainer::waitFor(const Tile& tile) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] {
    return stopped_ || (rowSteps_[tile.rowBlock] == tile.step && columnSteps_[tile.columnBlock] == tile.step);
  });
}

void GloveTrainer::finish(const Tile& tile) {
  const std::lock_guard<std::mutex> lock(mutex_);
  rowSteps_[tile.rowBlock]++;
  columnSteps_[tile.columnBlock]++;
  changed_.notify_all();
}

double GloveTrainer::measure() {
  const uint32_t blocks = tiles_->blocks();
  std::vector<double> losses(size_t{blocks} * blocks);
  forEachTask(losses.size(), settings_.threads, stopped_, [&](uint64_t tile) {
    const uint32_t row = static_cast<uint32_t>(tile / blocks), column = static_cast<uint32_t>(tile % blocks);
    const CellSpan span = tiles_->heldOut(row, column);
    losses[tile] = settings_.kernel.measure(settings_.rows, {span.cells, span.count, blocks, row, column});
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return sum;
}

}  // namespace wordmill
