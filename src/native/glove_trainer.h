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

/** A tile that was begun, or only taken, and not ended. */
struct OpenTile {
  uint64_t tile;  // in the order of the pass
  uint64_t runs;  // that have been trained on
};

/** Where in a pass GloVe is: with the rows, all that it needs to go on as if it had never stopped. */
struct GlovePosition {
  /** The first tile that nobody has taken, in the order of the pass. */
  uint64_t nextTile = 0;
  std::vector<OpenTile> open;  // in order
  /** By tile, in the order of the pass: the sum of its losses so far. */
  std::vector<double> losses;
};

/**
 * Trains GloVe on tiles (docs/glove.md). Threads take tiles in a fixed order, and one waits until those before it that
 * share its rows or its columns are done: so no two threads ever touch one row, and any number of threads learns the same.
 */
class GloveTrainer {
 public:
  GloveTrainer(GloveSettings settings, std::shared_ptr<const CellTiles> tiles);

  /**
   * One pass over all cells, or what is left of it. The calling thread is one of the threads.
   * @param from where a pass was paused; one that is not this pass's starts it anew.
   * @returns the sum of the losses of all cells, each before its update; where it was paused, of those so far.
   * @throws Failure `data` if it is no finite number, or `from` cannot be a place in the pass.
   */
  double train(uint32_t epoch, const GlovePosition& from = {});

  /** The sum of the losses of the cells that are held out. */
  double measure();

  /** Makes `train` or `measure` return within the time of some thousand cells; what they return then means nothing. */
  void abort() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  /** Makes `train` return as soon, at a `position` to go on from; it trains on something first. */
  void pause() { pausing_ = true; }
  /** Forgets an earlier `pause`: before a pass begins. */
  void unpause() { pausing_ = false; }
  /** After `train`: whether it was paused before its end. */
  bool isPaused() const { return isPaused_; }
  const GlovePosition& position() const { return position_; }

  /** Cells trained on in this pass. May be called from any thread. */
  uint64_t cellsDone() const { return cellsDone_.load(std::memory_order_relaxed); }

 private:
  struct Tile {
    uint32_t step;  // of the pass: in each, a block of rows and one of columns have one tile
    uint32_t rowBlock, columnBlock;
  };

  /** A thread's working memory. */
  struct Space {
    std::vector<uint64_t> runs;
    std::vector<GloveCell> batch;
  };

  std::vector<Tile> orderOfTiles(uint32_t epoch) const;
  /** Takes up what was left of a pass. */
  void goOnFrom(const GlovePosition& from, const std::vector<Tile>& order);
  void work(const std::vector<Tile>& order, uint32_t epoch);
  /** Takes a tile that was left, or else the next; returns false where there is none. */
  bool take(size_t tiles, OpenTile& taken);
  void leave(const OpenTile& tile);
  /** The runs of a tile, shuffled. */
  void shuffleRuns(const CellSpan& span, const Tile& tile, uint32_t epoch, std::vector<uint64_t>& runs) const;
  /** Trains from one of a tile's runs on, and adds to its loss; returns whether it came to its end, and where it is. */
  bool trainTile(const Tile& tile, uint32_t epoch, OpenTile& at, double& loss, Space& space);
  /** Waits until it is a tile's turn; returns false if the pass is stopped or paused before that. */
  bool waitFor(const Tile& tile);
  void finish(const Tile& tile);

  const GloveSettings settings_;
  const std::shared_ptr<const CellTiles> tiles_;
  std::atomic<bool> stopped_{false};
  std::atomic<bool> pausing_{false};
  bool isPaused_ = false;
  std::atomic<uint64_t> cellsDone_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  GlovePosition position_;
  size_t nextLeft_ = 0;           // of position_.open, that were left before this pass went on
  std::vector<OpenTile> left_;    // by this one
  std::vector<uint32_t> rowSteps_, columnSteps_;  // how many tiles of each block are done in this pass
};

}  // namespace wordmill
