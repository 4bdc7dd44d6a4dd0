#pragma once
// Counts the words of a text within a limit of memory and turns its tokens into provisional ids; see word-counter.ts.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "word_table.h"

namespace wordmill {

/** Tokens of whole sentences, in memory of their own: a TokenBlock (src/core/blocks.ts) whose ends fit together. */
struct TokenBlock {
  /** Copies a block. @throws std::out_of_range if its ends do not fit together or a token is empty. */
  TokenBlock(const uint8_t* bytes, size_t size, const uint32_t* tokenEnds, size_t tokens, const uint32_t* sentenceEnds,
             size_t sentences);

  /** Padded, so that words can be read eight bytes at a time. */
  std::vector<uint8_t> bytes;
  std::vector<uint32_t> tokenEnds;
  std::vector<uint32_t> sentenceEnds;
};

/** Why a counter needs a new generation before it can go on. */
enum class Need { kNothing, kRoom, kFewerWords };

/** Sentences as the spool has them: each its number of tokens, then their provisional ids, as LEB128. */
struct EncodedSentences {
  std::vector<uint8_t> bytes;
  /** For each sentence, the index just after its last byte. */
  std::vector<uint32_t> sentenceEnds;
  Need need = Need::kNothing;
};

class WordCounter {
 public:
  /** @param memoryBytes the most that the table may take; only the words of one sentence can make it take more. */
  explicit WordCounter(uint64_t memoryBytes) : memoryBytes_(memoryBytes) {}

  /**
   * Counts and encodes the sentences of a block from `firstSentence` on, to its end, or until a new generation is
   * needed: before a sentence for which the table has no room, or after one with which there are more than
   * `mostWords` different words.
   */
  EncodedSentences encode(const TokenBlock& block, uint32_t firstSentence, uint32_t mostWords);

  const WordTable& table() const { return table_; }

  /** The ids of all words in the order of their bytes. */
  std::vector<uint32_t> idsInByteOrder() const;

  /** Goes on with words that were counted before: those of a block, which are new, with a count for each. */
  void restore(const TokenBlock& words, const uint32_t* counts);

  /** Grows the table to the size that it had; see `WordTable::growTo`. */
  void growTo(uint64_t slots, uint64_t arenaBytes) { table_.growTo(slots, arenaBytes); }

  /** Begins a generation without words. */
  void startEmpty();

  /** Begins a generation with the words that occurred more than `threshold` times; see `WordTable::prune`. */
  uint64_t startPruned(uint32_t threshold, std::vector<uint32_t>& newIds);

 private:
  bool reserve(uint64_t tokens, uint64_t bytes);

  WordTable table_;
  uint64_t memoryBytes_;
  /** In this generation; counts are 32 bits. */
  uint64_t tokens_ = 0;
};

}  // namespace wordmill
