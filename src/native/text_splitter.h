#pragma once
// Splits text into words as src/tokenize/split-text.ts specifies it; what it cannot decide it leaves open.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "character_table.h"
#include "text_masks.h"

namespace wordmill {

/** Longer words, in bytes, are left open: src/tokenize/token-writer.ts drops and reports them. */
constexpr size_t kMaxTokenBytes = 1000;

/** A stretch of the input whose words are still to be found, and how many tokens come before them. */
struct OpenStretch {
  uint32_t inputStart, inputEnd;
  uint32_t tokens;
};

/** Where a unit ends: so many tokens and open stretches are before its end. */
struct UnitEnd {
  uint32_t tokens, open;
};

/** Memory that grows without being cleared. */
template <class Item>
class GrowingBuffer {
 public:
  Item* reserve(size_t size) {
    if (size > size_) {
      items_.reset(new Item[size]);
      size_ = size;
    }
    return items_.get();
  }
  Item* data() const { return items_.get(); }

 private:
  std::unique_ptr<Item[]> items_;
  size_t size_ = 0;
};

/**
 * Splits one batch of units at a time. Plain ASCII is classified 64 bytes at a time. A chunk (what stands between ASCII
 * white space) with any other character is taken character by character, if the table knows all of them, or left open
 * as a whole: nothing outside a chunk can change its words, as split-bytes.ts explains.
 */
class TextSplitter {
 public:
  explicit TextSplitter(const AsciiRules& rules) : rules_(rules) {}

  CharacterTable& characters() { return characters_; }

  /** Splits a batch; each unit ends with `\n`, the last perhaps without. What the batch before gave is gone. */
  void split(const uint8_t* input, size_t size);

  size_t byteCount() const { return byteCount_; }
  const uint8_t* bytes() const { return bytes_.data(); }
  size_t tokenCount() const { return tokenCount_; }
  /** Token `i` is `bytes()[tokenEnds()[i - 1] .. tokenEnds()[i])`. */
  const uint32_t* tokenEnds() const { return tokenEnds_.data(); }
  const std::vector<UnitEnd>& unitEnds() const { return unitEnds_; }
  const std::vector<OpenStretch>& open() const { return open_; }

 private:
  struct Range {
    uint32_t start, end;
  };

  void findWideChunks();
  void findEdges();
  void emitPlain(uint32_t before);
  void emitWide(const Range& chunk);
  bool splitWide(const Range& chunk);
  void leaveOpen(const Range& stretch);

  AsciiRules rules_;
  CharacterTable characters_;

  const uint8_t* input_ = nullptr;
  size_t size_ = 0;
  /** The input, lower-cased and folded where it is ASCII, and padded. */
  GrowingBuffer<uint8_t> text_;
  TextMasks masks_;
  /** Chunks that are not plain ASCII, in order. */
  std::vector<Range> wideChunks_;
  /** Where plain words start and end, by turns. */
  GrowingBuffer<uint32_t> edges_;
  size_t edgeCount_ = 0;
  size_t nextEdge_ = 0;

  GrowingBuffer<uint8_t> bytes_;
  size_t byteCount_ = 0;
  GrowingBuffer<uint32_t> tokenEnds_;
  size_t tokenCount_ = 0;
  std::vector<UnitEnd> unitEnds_;
  std::vector<OpenStretch> open_;
};

}  // namespace wordmill
