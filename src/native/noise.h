#pragma once
#include <cstdint>
#include <vector>

#include "random.h"

namespace wordmill {

/** The alias table that negatives are drawn from (docs/sampling.md, "Negatives"). */
class NoiseTable {
 public:
  NoiseTable(const uint32_t* thresholds, const uint32_t* aliases, uint32_t size) : entries_(size) {
    for (uint32_t i = 0; i < size; i++) entries_[i] = {thresholds[i], aliases[i]};
  }

  uint32_t draw(Random& random) const {
    const uint64_t product = static_cast<uint64_t>(random.next()) * entries_.size();
    const uint32_t index = static_cast<uint32_t>(product >> 32);
    const Entry entry = entries_[index];
    return static_cast<uint32_t>(product) < entry.threshold ? index : entry.alias;
  }

  /**
   * Writes a group's outputs: the target, then its negatives; those equal to the target are left out.
   * @param outputs room for 1 + negative.
   * @returns how many were written.
   */
  uint32_t drawOutputs(Random& random, uint32_t target, uint32_t negative, uint32_t* outputs) const {
    outputs[0] = target;
    uint32_t count = 1;
    for (uint32_t i = 0; i < negative; i++) {
      outputs[count] = draw(random);
      count += outputs[count] != target;
    }
    return count;
  }

 private:
  struct Entry {
    uint32_t threshold;
    uint32_t alias;
  };
  std::vector<Entry> entries_;
};

}  // namespace wordmill
