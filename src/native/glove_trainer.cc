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

double GloveTrainer::train(uint32_t epoch, const GlovePosition& from) {
  const std::vector<Tile> order = orderOfTiles(epoch);
  goOnFrom(from, order);
  onThreads(std::min(settings_.threads, tiles_->blocks()), stopped_, [&](uint32_t) { work(order, epoch); });
  left_.insert(left_.end(), position_.open.begin() + static_cast<ptrdiff_t>(nextLeft_), position_.open.end());
  std::sort(left_.begin(), left_.end(), [](const OpenTile& a, const OpenTile& b) { return a.tile < b.tile; });
  position_.open = left_;
  position_.nextTile = std::min<uint64_t>(position_.nextTile, order.size());
  isPaused_ = !position_.open.empty() || position_.nextTile < order.size();
  double sum = 0;
  for (const double loss : position_.losses) sum += loss;
  return sum;
}

void GloveTrainer::goOnFrom(const GlovePosition& from, const std::vector<Tile>& order) {
  const uint32_t blocks = tiles_->blocks();
  position_ = from;
  if (from.losses.empty()) position_.losses.assign(order.size(), 0);
  bool isInside = position_.losses.size() == order.size() && position_.nextTile <= order.size();
  nextLeft_ = 0;
  left_.clear();
  rowSteps_.assign(blocks, 0);
  columnSteps_.assign(blocks, 0);
  cellsDone_ = 0;
  size_t open = 0;
  for (uint64_t index = 0; isInside && index < position_.nextTile; index++) {
    const Tile& tile = order[index];
    const CellSpan span = tiles_->trained(tile.rowBlock, tile.columnBlock);
    if (open < position_.open.size() && position_.open[open].tile == index) {
      isInside = position_.open[open++].runs <= span.count;
      continue;
    }
    // Tiles of a block come one after another: one that was left stands before none that is done.
    isInside = rowSteps_[tile.rowBlock]++ == tile.step && columnSteps_[tile.columnBlock]++ == tile.step;
    cellsDone_ += span.count;
  }
  if (!isInside || open != position_.open.size()) {
    throw Failure("data", "the place to go on from lies outside the cells: it is of others, or damaged");
  }
}

void GloveTrainer::work(const std::vector<Tile>& order, uint32_t epoch) {
  Space space;
  space.batch.reserve(kBatch + kLongestRun);
  OpenTile at;
  bool hasTrained = false;
  while (!stopped_ && !(pausing_ && hasTrained) && take(order.size(), at)) {
    const Tile& tile = order[at.tile];
    if (!waitFor(tile) || !trainTile(tile, epoch, at, position_.losses[at.tile], space)) return leave(at);
    hasTrained = hasTrained || !space.runs.empty();
    finish(tile);
  }
}

bool GloveTrainer::take(size_t tiles, OpenTile& taken) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (nextLeft_ < position_.open.size()) {
    taken = position_.open[nextLeft_++];
    return true;
  }
  taken = {position_.nextTile++, 0};
  return taken.tile < tiles;
}

void GloveTrainer::leave(const OpenTile& tile) {
  const std::lock_guard<std::mutex> lock(mutex_);
  left_.push_back(tile);
  changed_.notify_all();
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

void GloveTrainer::shuffleRuns(const CellSpan& span, const Tile& tile, uint32_t epoch,
                               std::vector<uint64_t>& runs) const {
  findRuns(span, runs);
  const uint32_t number = tile.rowBlock * tiles_->blocks() + tile.columnBlock;
  Random random = Random().fork(settings_.seed).fork(kTilesStream).fork(epoch).fork(number);
  shuffle(runs, random);
}

bool GloveTrainer::trainTile(const Tile& tile, uint32_t epoch, OpenTile& at, double& loss, Space& space) {
  const CellSpan span = tiles_->trained(tile.rowBlock, tile.columnBlock);
  const uint32_t blocks = tiles_->blocks();
  auto& [runs, batch] = space;
  shuffleRuns(span, tile, epoch, runs);
  for (size_t run = 0; run < std::min<uint64_t>(at.runs, runs.size()); run++) {
    cellsDone_.fetch_add(runLength(span, runs[run]), std::memory_order_relaxed);
  }
  const uint64_t first = at.runs;
  batch.clear();
  for (size_t run = first; run < runs.size(); run++) {
    if (stopped_) return false;
    const GloveCell* const start = span.cells + runs[run];
    batch.insert(batch.end(), start, start + runLength(span, runs[run]));
    if (batch.size() < kBatch && run + 1 < runs.size()) continue;
    loss += settings_.kernel.train(settings_.rows, {batch.data(), batch.size(), blocks, tile.rowBlock, tile.columnBlock},
                                   settings_.learningRate);
    if (!std::isfinite(loss)) throw Failure("data", "the loss is no longer a finite number: training has diverged");
    cellsDone_.fetch_add(batch.size(), std::memory_order_relaxed);
    batch.clear();
    at.runs = run + 1;
    if (pausing_ && at.runs < runs.size()) return false;
  }
  return true;
}

bool GloveTrainer::waitFor(const Tile& tile) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto isItsTurn = [&] {
    return rowSteps_[tile.rowBlock] == tile.step && columnSteps_[tile.columnBlock] == tile.step;
  };
  changed_.wait(lock, [&] { return stopped_ || pausing_ || isItsTurn(); });
  return isItsTurn() && !stopped_;
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
