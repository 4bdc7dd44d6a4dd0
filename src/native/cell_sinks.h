#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "cell_sink.h"
#include "large_memory.h"
#include "ordered_file.h"
#include "random.h"

namespace wordmill {

/** Writes cells as they come, so sorted by row and column. */
class SortedCells : public CellSink {
 public:
  SortedCells(const std::string& path, const std::atomic<bool>& stop) : file_(path, stop) {}
  void take(uint64_t number, const std::vector<CellRecord>& cells) override {
    file_.write(number, cells.data(), cells.size() * sizeof(CellRecord));
  }
  uint64_t cells() const { return file_.size() / sizeof(CellRecord); }

 private:
  OrderedFile file_;
};

/** By what cells are put in order when they are shuffled (docs/glove.md, "Shuffling"). */
class CellKey {
 public:
  explicit CellKey(uint32_t seed) {
    Random random = Random().fork(seed).fork(kShuffleStream);
    row_ = random.next();
    column_ = random.next();
  }
  uint32_t of(const CellRecord& cell) const {
    return mix(mix(static_cast<uint32_t>(cell.row - 1) ^ row_) ^ mix(static_cast<uint32_t>(cell.column - 1) ^ column_));
  }

 private:
  uint32_t row_, column_;
};

/**
 * Writes cells in an order that a seed draws: by a key of row and column, whatever order they come in. They are kept in
 * buckets by the first bits of the key; past the memory limit these lie in scratch files.
 */
class ShuffledCells : public CellSink {
 public:
  ShuffledCells(const std::string& path, uint32_t seed, uint64_t memoryBytes, const std::string& scratch,
                std::atomic<bool>& stop);

  void take(uint64_t number, const std::vector<CellRecord>& cells) override;
  /** Writes the file, once all cells have come. */
  void finish(uint32_t threads);
  uint64_t cells() const { return file_.size() / sizeof(CellRecord); }

 private:
  struct Slab {
    CellRecord* cells;
    uint32_t count;
  };
  class Sorter;

  CellRecord* newSlab();

  OrderedFile file_;
  const CellKey key_;
  const uint64_t memoryBytes_;
  const std::string scratch_;
  std::atomic<bool>& stop_;
  std::mutex mutex_;  // guards what follows
  std::vector<LargeMemory> pools_;
  size_t poolUsed_;  // of the last, in records
  std::vector<std::vector<Slab>> buckets_;
};

}  // namespace wordmill
