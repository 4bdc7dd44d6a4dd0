#include "cell_sinks.h"

#include <algorithm>

#include "threads.h"

namespace wordmill {

namespace {

constexpr uint32_t kBucketBits = 10;
constexpr size_t kSlab = 512;              // records
constexpr size_t kPool = size_t{4} << 20;  // records: 64 MiB

bool sooner(uint32_t key, const CellRecord& a, uint32_t otherKey, const CellRecord& b) {
  if (key != otherKey) return key < otherKey;
  return a.row != b.row ? a.row < b.row : a.column < b.column;
}

}  // namespace

/** Sorts one bucket by key. */
class ShuffledCells::Sorter {
 public:
  explicit Sorter(const CellKey& key) : key_(key) {}

  const std::vector<CellRecord>& sorted(const std::vector<Slab>& slabs) {
    size_t count = 0;
    for (const Slab& slab : slabs) count += slab.count;
    uint32_t bits = 0;
    while (bits < 32 - kBucketBits && (count >> bits) > 4) bits++;
    const auto place = [bits](uint32_t key) { return bits == 0 ? 0 : key << kBucketBits >> (32 - bits); };
    starts_.assign((size_t{1} << bits) + 1, 0);
    for (const Slab& slab : slabs) {
      for (uint32_t i = 0; i < slab.count; i++) starts_[place(key_.of(slab.cells[i])) + 1]++;
    }
    for (size_t i = 1; i < starts_.size(); i++) starts_[i] += starts_[i - 1];
    cells_.resize(count);
    keys_.resize(count);
    for (const Slab& slab : slabs) {
      for (uint32_t i = 0; i < slab.count; i++) {
        const uint32_t key = key_.of(slab.cells[i]);
        const size_t position = starts_[place(key)]++;
        cells_[position] = slab.cells[i];
        keys_[position] = key;
      }
    }
    insertionSort();
    return cells_;
  }

 private:
  /** Few places change: only cells with the same leading bits are out of order. */
  void insertionSort() {
    for (size_t i = 1; i < cells_.size(); i++) {
      const CellRecord cell = cells_[i];
      const uint32_t key = keys_[i];
      size_t to = i;
      for (; to > 0 && sooner(key, cell, keys_[to - 1], cells_[to - 1]); to--) {
        cells_[to] = cells_[to - 1];
        keys_[to] = keys_[to - 1];
      }
      cells_[to] = cell;
      keys_[to] = key;
    }
  }

  const CellKey& key_;
  std::vector<size_t> starts_;
  std::vector<CellRecord> cells_;
  std::vector<uint32_t> keys_;
};

ShuffledCells::ShuffledCells(const std::string& path, uint32_t seed, uint64_t memoryBytes, const std::string& scratch,
                             std::atomic<bool>& stop)
    : file_(path, stop),
      key_(seed),
      memoryBytes_(memoryBytes),
      scratch_(scratch),
      stop_(stop),
      poolUsed_(kPool),
      buckets_(size_t{1} << kBucketBits) {}

CellRecord* ShuffledCells::newSlab() {
  if (poolUsed_ + kSlab > kPool) {
    const size_t bytes = kPool * sizeof(CellRecord);
    const bool fits = (pools_.size() + 1) * bytes <= memoryBytes_;
    pools_.emplace_back(bytes, fits ? "" : scratch_ + "/pool-" + std::to_string(pools_.size()));
    poolUsed_ = 0;
  }
  CellRecord* const slab = static_cast<CellRecord*>(pools_.back().data()) + poolUsed_;
  poolUsed_ += kSlab;
  return slab;
}

void ShuffledCells::take(uint64_t, const std::vector<CellRecord>& cells) {
  // Cells of one bucket are brought together first, so that the slabs, which are shared, are locked once.
  // The memory stays with the thread: the system takes longer to give it anew each time than the work on it takes.
  thread_local std::vector<uint32_t> starts;
  thread_local std::vector<CellRecord> ordered;
  starts.assign(buckets_.size() + 1, 0);
  for (const CellRecord& cell : cells) starts[(key_.of(cell) >> (32 - kBucketBits)) + 1]++;
  for (size_t bucket = 1; bucket < starts.size(); bucket++) starts[bucket] += starts[bucket - 1];
  ordered.resize(cells.size());
  for (const CellRecord& cell : cells) ordered[starts[key_.of(cell) >> (32 - kBucketBits)]++] = cell;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (size_t bucket = 0, next = 0; bucket < buckets_.size(); bucket++) {
    for (std::vector<Slab>& slabs = buckets_[bucket]; next < starts[bucket];) {
      if (slabs.empty() || slabs.back().count == kSlab) slabs.push_back({newSlab(), 0});
      Slab& slab = slabs.back();
      const size_t count = std::min<size_t>(kSlab - slab.count, starts[bucket] - next);
      std::copy_n(ordered.begin() + static_cast<ptrdiff_t>(next), count, slab.cells + slab.count);
      slab.count += static_cast<uint32_t>(count);
      next += count;
    }
  }
}

void ShuffledCells::finish(uint32_t threads) {
  std::atomic<uint64_t> next{0};
  onThreads(threads, stop_, [&](uint32_t) {
    Sorter sorter(key_);
    for (uint64_t bucket; !stop_ && (bucket = next.fetch_add(1)) < buckets_.size();) {
      const std::vector<CellRecord>& cells = sorter.sorted(buckets_[bucket]);
      file_.write(bucket, cells.data(), cells.size() * sizeof(CellRecord));
    }
  });
}

}  // namespace wordmill
