#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "cell_tiles.h"
#include "glove_kernel.h"

namespace wordmill {

/** How GloVe is trained. */
struct GloveSettings {
  /** Memory of others, which must last as long as this trains. */
  GloveRows rows;
  GloveKernel kernel;
  float learningRate;
  uint32_t seed;
  uint32_t threads;
};

/**
 * Trains GloVe on tiles (docs/glove.md). Threads take tiles in a fixed order, and one waits until those before it that
 * share its rows or its columns are done: so no two threads ever touch one row, and any number of threads learns the same.
 */
class GloveTrainer {
 public:
  GloveTrainer(GloveSettings settings, std::shared_ptr<const CellTiles> tiles);

  /**
   * One pass over all cells. The calling thread is one of the threads.
   * @returns the sum of the losses of all cells, each before its update.
   * @throws Failure `data` if it is no finite number.
   */
  double train(uint32_t epoch);

  /** The sum of the losses of the cells that are held out. */
  double measure();

  /** Makes `train` or `measure` return within the time of some thousand cells; what they return then means nothing. */
  void abort() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  /** Cells trained on in this pass. May be called from any thread. */
  uint64_t cellsDone() const { return cellsDone_.load(std::memory_order_relaxed); }

 private:
  struct Tile {
    uint32_t step;  // of the pass: in each, a block of rows and one of columns have one tile
    uint32_t rowBlock, columnBlock;
  };

  std::vector<Tile> orderOfTiles(uint32_t epoch) const;
  double trainTile(const Tile& tile, uint32_t epoch, std::vector<uint64_t>& runs, std::vector<GloveCell>& batch);
  void waitFor(const Tile& tile);
  void finish(const Tile& tile);

  const GloveSettings settings_;
  const std::shared_ptr<const CellTiles> tiles_;
  std::atomic<bool> stopped_{false};
  std::atomic<uint64_t> cellsDone_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<uint32_t> rowSteps_, columnSteps_;  // how many tiles of each block are done in this pass
};

}  // namespace wordmill
