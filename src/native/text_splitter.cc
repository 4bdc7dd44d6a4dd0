#include "text_splitter.h"

#include <algorithm>
#include <cstring>

#include "utf8.h"

namespace wordmill {

namespace {

/** Plain words are copied so many bytes at a time, so that there must be room for as many past the last. */
constexpr size_t kStep = 16;

}  // namespace

void TextSplitter::split(const uint8_t* input, size_t size) {
  input_ = input;
  size_ = size;
  byteCount_ = tokenCount_ = 0;
  unitEnds_.clear();
  open_.clear();
  // A group past the end, so that the last word ends inside of the masks, and steps may read too far.
  const size_t groups = size / 64 + 1;
  uint8_t* text = text_.reserve(64 * groups + kStep);
  if (size > 0) std::memcpy(text, input, size);
  std::memset(text + size, ' ', 64 * groups + kStep - size);
  classify(text, groups, rules_, masks_);
  findWideChunks();
  findEdges();
  // A character of two bytes may become one of three in lower case.
  bytes_.reserve(size + size / 2 + 2 * kStep);
  tokenEnds_.reserve(size + 1);

  size_t wide = 0;
  const auto emitUntil = [&](uint32_t position) {
    for (; wide < wideChunks_.size() && wideChunks_[wide].start < position; wide++) {
      emitPlain(wideChunks_[wide].start);
      emitWide(wideChunks_[wide]);
    }
    emitPlain(position);
    unitEnds_.push_back({static_cast<uint32_t>(tokenCount_), static_cast<uint32_t>(open_.size())});
  };
  for (size_t group = 0; group < groups; group++) {
    for (uint64_t bits = masks_.newline[group]; bits != 0; bits &= bits - 1) {
      emitUntil(static_cast<uint32_t>(64 * group) + __builtin_ctzll(bits));
    }
  }
  if (size > 0 && input[size - 1] != '\n') emitUntil(static_cast<uint32_t>(size));
}

void TextSplitter::findWideChunks() {
  wideChunks_.clear();
  size_t end = 0;
  for (size_t group = 0; group < masks_.notAscii.size(); group++) {
    for (uint64_t bits = masks_.notAscii[group]; bits != 0; bits &= bits - 1) {
      const size_t position = 64 * group + __builtin_ctzll(bits);
      if (position < end) continue;
      size_t start = position;
      while (start > end && !isAsciiSpace(input_[start - 1])) start--;
      end = position + 1;
      while (end < size_ && !isAsciiSpace(input_[end])) end++;
      clearBits(masks_.word, start, end);
      wideChunks_.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(end)});
    }
  }
}

void TextSplitter::findEdges() {
  uint32_t* edges = edges_.reserve(64 * masks_.word.size());
  size_t count = 0;
  uint64_t before = 0;
  for (size_t group = 0; group < masks_.word.size(); group++) {
    const uint64_t word = masks_.word[group];
    uint64_t changes = word ^ (word << 1 | before);
    before = word >> 63;
    const uint32_t base = static_cast<uint32_t>(64 * group);
    for (; changes != 0; changes &= changes - 1) edges[count++] = base + __builtin_ctzll(changes);
  }
  edgeCount_ = count;
  nextEdge_ = 0;
}

/** Emits the plain words that start before a position. */
void TextSplitter::emitPlain(uint32_t before) {
  const uint8_t* text = text_.data();
  const uint32_t* edges = edges_.data();
  uint8_t* target = bytes_.data() + byteCount_;
  size_t edge = nextEdge_;
  for (; edge < edgeCount_ && edges[edge] < before; edge += 2) {
    const uint32_t start = edges[edge];
    const uint32_t length = edges[edge + 1] - start;
    if (length > kMaxTokenBytes) {
      byteCount_ = static_cast<size_t>(target - bytes_.data());
      leaveOpen({start, start + length});
      continue;
    }
    for (uint32_t copied = 0; copied < length; copied += kStep) std::memcpy(target + copied, text + start + copied, kStep);
    target += length;
    tokenEnds_.data()[tokenCount_++] = static_cast<uint32_t>(target - bytes_.data());
  }
  nextEdge_ = edge;
  byteCount_ = static_cast<size_t>(target - bytes_.data());
}

void TextSplitter::emitWide(const Range& chunk) {
  const size_t byteCount = byteCount_;
  const size_t tokenCount = tokenCount_;
  if (splitWide(chunk)) return;
  byteCount_ = byteCount;
  tokenCount_ = tokenCount;
  leaveOpen(chunk);
}

/** Splits a chunk character by character; false, with the output in any state, if that is not possible. */
bool TextSplitter::splitWide(const Range& chunk) {
  const uint8_t* position = input_ + chunk.start;
  const uint8_t* const end = input_ + chunk.end;
  uint8_t* const first = bytes_.data();
  size_t wordStart = byteCount_;
  /** The last character was an apostrophe after a word: with a letter or digit after it, it joins. */
  bool joining = false;
  const auto endWord = [&] {
    if (byteCount_ > wordStart) tokenEnds_.data()[tokenCount_++] = static_cast<uint32_t>(byteCount_);
    wordStart = byteCount_;
    joining = false;
  };
  while (position < end) {
    const uint32_t code = nextCharacter(position, end);
    const Character character = characters_[code];
    switch (character.kind) {
      case Character::kUndecided:
        return false;
      case Character::kBetween:
        endWord();
        break;
      case Character::kApostrophe:
        if (joining || byteCount_ == wordStart) {
          endWord();
        } else {
          joining = true;
        }
        break;
      default:
        if (joining) first[byteCount_++] = '\'';
        joining = false;
        std::memcpy(first + byteCount_, character.bytes, 3);
        byteCount_ += character.kind;
        if (byteCount_ - wordStart > kMaxTokenBytes) return false;
    }
  }
  endWord();
  return true;
}

void TextSplitter::leaveOpen(const Range& stretch) {
  open_.push_back({stretch.start, stretch.end, static_cast<uint32_t>(tokenCount_)});
}

}  // namespace wordmill
