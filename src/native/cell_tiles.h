#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "cell_file.h"
#include "glove_kernel.h"
#include "large_memory.h"

namespace wordmill {

/** What cells are laid out by. */
struct TileSettings {
  uint32_t words;
  double xMax;
  double alpha;
  uint32_t seed;
  double validation;     // the share of cells that is held out
  uint64_t memoryBytes;  // larger tables lie in a scratch file
  std::string scratch;   // a folder
  uint32_t threads;
};

/** Cells in a row of memory. */
struct CellSpan {
  GloveCell* cells;
  uint64_t count;
};

/**
 * All cells of a file, in tiles (docs/glove.md, "Order"): words with the same remainder by `blocks()` are a block, and
 * a tile has the cells of a block of rows and a block of columns, row by row. Those held out lie apart.
 */
class CellTiles {
 public:
  /** @throws Failure as CellFile and LargeMemory do. Stops early, incomplete, once `stop` is set. */
  CellTiles(const std::string& path, const TileSettings& settings, std::atomic<bool>& stop);

  uint32_t blocks() const { return blocks_; }
  CellSpan trained(uint32_t rowBlock, uint32_t columnBlock) const { return span(0, rowBlock, columnBlock); }
  CellSpan heldOut(uint32_t rowBlock, uint32_t columnBlock) const { return span(1, rowBlock, columnBlock); }
  uint64_t trainedCells() const { return trainedCells_; }
  uint64_t heldOutCells() const { return cells_ - trainedCells_; }

  /** How many blocks a vocabulary is cut into: an odd number, so that a block's rows spread over a cache's sets. */
  static uint32_t blocksFor(uint32_t words);

 private:
  CellSpan span(uint32_t part, uint32_t rowBlock, uint32_t columnBlock) const;
  uint64_t tileOf(const CellRecord& record) const;
  void place(const CellFile& file, std::atomic<bool>& stop);
  void arrange(uint64_t tile, std::vector<GloveCell>& scratch, std::vector<uint64_t>& starts);

  const TileSettings settings_;
  const uint32_t blocks_;
  uint64_t cells_ = 0;
  uint64_t trainedCells_ = 0;
  std::vector<uint64_t> starts_;  // of each tile, trained ones first; at the end the number of cells
  LargeMemory memory_;
};

}  // namespace wordmill
