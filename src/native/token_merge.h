#pragma once
// Joins what the native splitter found with the words of the stretches that it left open, and cuts sentences.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "text_splitter.h"

namespace wordmill {

/** The words of open stretches, one after another, in columns as TokenBlock has them. */
struct OpenWords {
  const uint8_t* bytes;
  const uint32_t* tokenEnds;
  /** For each open stretch, how many of the tokens are its. */
  const uint32_t* counts;
};

/** Tokens of a batch; see TokenBlock in src/core/blocks.ts. */
struct MergedTokens {
  std::vector<uint32_t> sentenceEnds;
  uint32_t emptyUnits = 0;
};

/** How many bytes, and how many tokens, `merge` writes. */
struct MergedSize {
  size_t bytes, tokens;
};

MergedSize mergedSize(const TextSplitter& splitter, const OpenWords& open);

/**
 * Writes the batch's bytes and token ends, of the lengths that `mergedSize` gives. A unit's tokens become a sentence,
 * or several of at most `maxSentence`; a unit without tokens becomes none.
 */
MergedTokens merge(const TextSplitter& splitter, const OpenWords& open, uint32_t maxSentence, uint8_t* bytes,
                   uint32_t* tokenEnds);

}  // namespace wordmill
