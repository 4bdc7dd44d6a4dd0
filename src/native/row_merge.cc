#include "row_merge.h"

#include <cstring>

namespace wordmill {

namespace {

constexpr uint32_t kBlock = 16;  // rows next to each other in one part: their entries share lines of the cache
constexpr size_t kAhead = 6;

uint32_t partOf(uint32_t row, uint32_t parts) { return row / kBlock % parts; }

}  // namespace

void RowMerge::merge(const std::vector<RowSlab*>& shards, uint32_t part, uint32_t parts, float damping) {
  for (const RowSlab* shard : shards) {
    const std::vector<uint32_t>& rows = shard->rows();
    for (size_t slot = 0; slot < rows.size(); slot++) {
      if (partOf(rows[slot], parts) != part) continue;
      Entry& entry = entries_[rows[slot]];
      entry.predictions += shard->predictions()[slot];
      entry.shards++;
      entry.waiting++;
    }
  }
  for (const RowSlab* shard : shards) {
    const std::vector<uint32_t>& rows = shard->rows();
    for (size_t slot = 0; slot < rows.size(); slot++) {
      if (slot + kAhead < rows.size()) __builtin_prefetch(matrix_ + rows[slot + kAhead] * stride_, 1, 3);
      if (partOf(rows[slot], parts) != part) continue;
      add(entries_[rows[slot]], matrix_ + rows[slot] * stride_, shard->at(slot), damping);
    }
  }
}

void RowMerge::add(Entry& entry, float* row, float* copy, float damping) const {
  if (entry.shards == 1) {
    std::memcpy(row, copy, stride_ * sizeof(float));
  } else if (entry.waiting == entry.shards) {
    for (size_t j = 0; j < stride_; j++) copy[j] -= row[j];
    entry.changes = copy;
  } else {
    for (size_t j = 0; j < stride_; j++) entry.changes[j] += copy[j] - row[j];
  }
  if (--entry.waiting > 0) return;
  if (entry.shards > 1) {
    const float all = damping * static_cast<float>(entry.predictions);
    const float scale = (1 + all / static_cast<float>(entry.shards)) / (1 + all);
    for (size_t j = 0; j < stride_; j++) row[j] += scale * entry.changes[j];
  }
  entry = Entry();
}

}  // namespace wordmill
