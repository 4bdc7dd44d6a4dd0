#include "cell_tiles.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "failure.h"
#include "random.h"
#include "threads.h"

namespace wordmill {

namespace {

constexpr uint32_t kLeastBlocks = 17;
constexpr uint32_t kLargestBlock = 65'536;  // a cell's row and column take 16 bits

bool byColumn(const GloveCell& a, const GloveCell& b) { return a.column < b.column; }

}  // namespace

uint32_t CellTiles::blocksFor(uint32_t words) {
  const uint32_t needed = static_cast<uint32_t>((uint64_t{words} + kLargestBlock - 1) / kLargestBlock);
  return std::max(kLeastBlocks, needed) | 1;
}

CellTiles::CellTiles(const std::string& path, const TileSettings& settings, std::atomic<bool>& stop)
    : settings_(settings), blocks_(blocksFor(settings.words)) {
  const CellFile file(path, settings.words);
  cells_ = file.size();
  place(file, stop);
  const uint64_t tiles = starts_.size() - 1;
  trainedCells_ = starts_[tiles / 2];
  std::atomic<uint64_t> next{0};
  onThreads(settings_.threads, stop, [&](uint32_t) {
    std::vector<GloveCell> scratch;
    std::vector<uint64_t> starts;
    for (uint64_t tile; !stop && (tile = next.fetch_add(1)) < tiles;) arrange(tile, scratch, starts);
  });
}

CellSpan CellTiles::span(uint32_t part, uint32_t rowBlock, uint32_t columnBlock) const {
  const uint64_t tile = (uint64_t{part} * blocks_ + rowBlock) * blocks_ + columnBlock;
  return {static_cast<GloveCell*>(memory_.data()) + starts_[tile], starts_[tile + 1] - starts_[tile]};
}

uint64_t CellTiles::tileOf(const CellRecord& record) const {
  const uint32_t row = static_cast<uint32_t>(record.row - 1);
  const uint32_t column = static_cast<uint32_t>(record.column - 1);
  const uint64_t tile = uint64_t{row % blocks_} * blocks_ + column % blocks_;
  if (settings_.validation == 0) return tile;
  // Of (i, j) and (j, i), which say the same in a symmetric count, both are held out or neither.
  Random random = Random().fork(settings_.seed).fork(kHeldOutStream).fork(std::min(row, column)).fork(std::max(row, column));
  const bool heldOut = random.unit() < settings_.validation;
  return tile + (heldOut ? uint64_t{blocks_} * blocks_ : 0);
}

/** Counts each tile's cells, then puts each cell into its tile, in the order of the file whatever the threads do. */
void CellTiles::place(const CellFile& file, std::atomic<bool>& stop) {
  const uint64_t tiles = 2 * uint64_t{blocks_} * blocks_;
  const uint32_t ranges = settings_.threads;
  const auto first = [&](uint32_t range) { return static_cast<uint64_t>(static_cast<double>(cells_) * range / ranges); };
  std::vector<std::vector<uint64_t>> positions(ranges, std::vector<uint64_t>(tiles));
  forEachTask(ranges, settings_.threads, stop, [&](uint64_t range) {
    std::vector<uint64_t>& counts = positions[range];
    for (uint64_t i = first(range); i < first(range + 1); i++) counts[tileOf(file.at(i))]++;
  });
  starts_.assign(tiles + 1, 0);
  uint64_t position = 0;
  for (uint64_t tile = 0; tile < tiles; tile++) {
    starts_[tile] = position;
    for (std::vector<uint64_t>& counts : positions) position += std::exchange(counts[tile], position);
  }
  starts_[tiles] = position;
  const uint64_t bytes = cells_ * sizeof(GloveCell);
  memory_ = LargeMemory(bytes, bytes > settings_.memoryBytes ? settings_.scratch + "/cells" : "");
  GloveCell* const cells = static_cast<GloveCell*>(memory_.data());
  forEachTask(ranges, settings_.threads, stop, [&](uint64_t range) {
    for (uint64_t i = first(range); i < first(range + 1); i++) {
      const CellRecord record = file.at(i);
      const double weight = record.value < settings_.xMax ? std::pow(record.value / settings_.xMax, settings_.alpha) : 1;
      cells[positions[range][tileOf(record)]++] = {static_cast<uint16_t>((record.row - 1) / blocks_),
                                                   static_cast<uint16_t>((record.column - 1) / blocks_),
                                                   static_cast<float>(std::log(record.value)),
                                                   static_cast<float>(weight)};
    }
  });
}

/** Puts a tile's cells row by row, and each row's into an order of its own. */
void CellTiles::arrange(uint64_t tile, std::vector<GloveCell>& scratch, std::vector<uint64_t>& starts) {
  GloveCell* const cells = static_cast<GloveCell*>(memory_.data()) + starts_[tile];
  const uint64_t count = starts_[tile + 1] - starts_[tile];
  const uint32_t rowBlock = static_cast<uint32_t>(tile / blocks_ % blocks_);
  const uint32_t columnBlock = static_cast<uint32_t>(tile % blocks_);
  const uint32_t rows = settings_.words / blocks_ + 1;
  starts.assign(rows + 1, 0);
  for (uint64_t i = 0; i < count; i++) starts[cells[i].row + 1]++;
  for (uint32_t row = 0; row < rows; row++) starts[row + 1] += starts[row];
  scratch.assign(cells, cells + count);
  for (const GloveCell& cell : scratch) cells[starts[cell.row]++] = cell;
  const Random streams = Random().fork(settings_.seed).fork(kCellsStream).fork(columnBlock);
  for (uint64_t start = 0, end; start < count; start = end) {
    const uint32_t row = cells[start].row;
    end = starts[row];
    if (!std::is_sorted(cells + start, cells + end, byColumn)) std::stable_sort(cells + start, cells + end, byColumn);
    Random random = streams.fork(row * blocks_ + rowBlock);
    for (uint64_t left = end - start; left > 1; left--) {
      std::swap(cells[start + left - 1], cells[start + random.below(static_cast<uint32_t>(left))]);
    }
  }
}

}  // namespace wordmill
