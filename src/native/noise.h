#pragma once
#include <cstdint>
#include <vector>

namespace wordmill {

/** The alias table that negatives are drawn from (docs/sampling.md, "Negatives"). */
class NoiseTable {
 public:
  /** Of no words: nothing can be drawn. */
  NoiseTable() = default;

  /** @param thresholds, aliases of `size` entries; they are copied. */
  NoiseTable(const uint32_t* thresholds, const uint32_t* aliases, uint32_t size) : entries_(size) {
    for (uint32_t i = 0; i < size; i++) entries_[i] = {thresholds[i], aliases[i]};
  }

  /** What a draw of 32 bits gives. */
  uint32_t lookUp(uint32_t bits) const {
    const uint64_t product = static_cast<uint64_t>(bits) * entries_.size();
    const uint32_t index = static_cast<uint32_t>(product >> 32);
    const Entry entry = entries_[index];
    return static_cast<uint32_t>(product) < entry.threshold ? index : entry.alias;
  }

 private:
  struct Entry {
    uint32_t threshold;
    uint32_t alias;
  };
  std::vector<Entry> entries_;
};

}  // namespace wordmill
