#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "noise.h"

namespace wordmill {

enum class Model { kSkipGram, kCbow };
enum class Loss { kNegative, kHierarchical, kSoftmax };

/** Each word's path in a Huffman tree, from the root (docs/sampling.md, "The Huffman tree"). */
struct HuffmanPaths {
  std::vector<uint32_t> starts;  // by word, and at the end the number of all steps
  std::vector<uint32_t> nodes;
  std::vector<float> signs;  // 1 for code 0, -1 for code 1

  uint32_t longest() const {
    uint32_t longest = 0;
    for (size_t word = 0; word + 1 < starts.size(); word++) longest = std::max(longest, starts[word + 1] - starts[word]);
    return longest;
  }
};

/** What a target is predicted with (docs/sampling.md, "Outputs and labels"); each loss uses its own part. */
struct OutputSettings {
  Loss loss = Loss::kNegative;
  NoiseTable noise;
  uint32_t negative = 0;
  HuffmanPaths paths;
  uint32_t words = 0;  // in the vocabulary

  /** Rows of W that take part in a prediction, at most. */
  uint32_t mostOutputs() const {
    switch (loss) {
      case Loss::kNegative: return negative + 1;
      case Loss::kHierarchical: return paths.longest();
      case Loss::kSoftmax: return words;
    }
    return 0;
  }
};

}  // namespace wordmill
