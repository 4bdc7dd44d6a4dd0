#include "word_counter.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>

namespace wordmill {

namespace {

constexpr uint64_t kLargestCount = UINT32_MAX;
/** The most bytes of a number of 32 bits. */
constexpr size_t kLongestNumber = 5;
/** So many tokens are hashed, and their slots asked for, before the first of them is looked up. */
constexpr uint32_t kAhead = 32;

uint8_t* writeLeb128(uint8_t* target, uint32_t value) {
  while (value > 0x7f) {
    *target++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *target++ = static_cast<uint8_t>(value);
  return target;
}

/** Counts the tokens `first .. last` of a block, the first of which begins at byte `start`, and writes their ids. */
uint8_t* countTokens(WordTable& table, const TokenBlock& block, uint32_t first, uint32_t last, uint32_t start,
                     uint8_t* target) {
  const uint8_t* bytes = block.bytes.data();
  const uint32_t* ends = block.tokenEnds.data();
  while (first < last) {
    const uint32_t part = std::min(last - first, kAhead);
    uint32_t hashes[kAhead];
    uint32_t wordStart = start;
    for (uint32_t i = 0; i < part; i++) {
      const uint32_t end = ends[first + i];
      hashes[i] = hashOfWord(bytes + wordStart, end - wordStart);
      table.prefetch(hashes[i]);
      wordStart = end;
    }
    for (uint32_t i = 0; i < part; i++) {
      const uint32_t end = ends[first + i];
      target = writeLeb128(target, table.add(hashes[i], bytes + start, end - start));
      start = end;
    }
    first += part;
  }
  return target;
}

}  // namespace

TokenBlock::TokenBlock(const uint8_t* from, size_t size, const uint32_t* tokenEndsFrom, size_t tokens,
                       const uint32_t* sentenceEndsFrom, size_t sentences)
    : bytes(size + kWordPadding), tokenEnds(tokenEndsFrom, tokenEndsFrom + tokens),
      sentenceEnds(sentenceEndsFrom, sentenceEndsFrom + sentences) {
  if (size > 0) std::memcpy(bytes.data(), from, size);
  uint32_t before = 0;
  for (const uint32_t end : tokenEnds) {
    if (end <= before) throw std::out_of_range("tokenEnds must grow");
    before = end;
  }
  if (before > size) throw std::out_of_range("tokenEnds must lie within bytes");
  before = 0;
  for (const uint32_t end : sentenceEnds) {
    if (end < before) throw std::out_of_range("sentenceEnds must not go backwards");
    before = end;
  }
  if (before != tokens) throw std::out_of_range("the last sentence must end after the last token");
}

EncodedSentences WordCounter::encode(const TokenBlock& block, uint32_t firstSentence, uint32_t mostWords) {
  const std::vector<uint32_t>& sentenceEnds = block.sentenceEnds;
  uint32_t token = firstSentence == 0 ? 0 : sentenceEnds[firstSentence - 1];
  uint32_t start = token == 0 ? 0 : block.tokenEnds[token - 1];
  EncodedSentences encoded;
  encoded.bytes.resize(kLongestNumber * (block.tokenEnds.size() - token + sentenceEnds.size() - firstSentence));
  encoded.sentenceEnds.reserve(sentenceEnds.size() - firstSentence);
  uint8_t* const first = encoded.bytes.data();
  uint8_t* target = first;
  for (size_t sentence = firstSentence; sentence < sentenceEnds.size(); sentence++) {
    const uint32_t tokenEnd = sentenceEnds[sentence];
    const uint32_t end = tokenEnd == token ? start : block.tokenEnds[tokenEnd - 1];
    if (!reserve(tokenEnd - token, end - start)) {
      encoded.need = Need::kRoom;
      break;
    }
    target = writeLeb128(target, tokenEnd - token);
    target = countTokens(table_, block, token, tokenEnd, start, target);
    encoded.sentenceEnds.push_back(static_cast<uint32_t>(target - first));
    token = tokenEnd;
    start = end;
    if (table_.size() > mostWords) {
      encoded.need = Need::kFewerWords;
      break;
    }
  }
  encoded.bytes.resize(static_cast<size_t>(target - first));
  return encoded;
}

bool WordCounter::reserve(uint64_t tokens, uint64_t bytes) {
  const uint64_t total = tokens_ + tokens;
  const bool fits = table_.hasRoom(tokens, bytes) || table_.peakBytes(tokens, bytes) <= memoryBytes_;
  // A sentence must be in one generation, even if it alone takes more than there is.
  if (!(fits && total <= kLargestCount) && table_.size() > 0) return false;
  tokens_ = total;
  return true;
}

std::vector<uint32_t> WordCounter::idsInByteOrder() const {
  const uint8_t* bytes = table_.bytes();
  const uint32_t* starts = table_.starts();
  std::vector<uint32_t> ids(table_.size());
  std::iota(ids.begin(), ids.end(), 0);
  std::sort(ids.begin(), ids.end(), [bytes, starts](uint32_t a, uint32_t b) {
    const size_t lengthA = starts[a + 1] - starts[a];
    const size_t lengthB = starts[b + 1] - starts[b];
    const int order = std::memcmp(bytes + starts[a], bytes + starts[b], std::min(lengthA, lengthB));
    return order != 0 ? order < 0 : lengthA < lengthB;
  });
  return ids;
}

void WordCounter::restore(const TokenBlock& words, const uint32_t* counts) {
  uint32_t start = 0;
  for (size_t word = 0; word < words.tokenEnds.size(); word++) {
    const uint32_t end = words.tokenEnds[word];
    table_.addCounted(words.bytes.data() + start, end - start, counts[word]);
    tokens_ += counts[word];
    start = end;
  }
}

void WordCounter::startEmpty() {
  tokens_ = 0;
  if (table_.peakBytes(0, 0) > memoryBytes_) {
    table_ = WordTable();
  } else {
    table_.clear();
  }
}

uint64_t WordCounter::startPruned(uint32_t threshold, std::vector<uint32_t>& newIds) {
  const uint64_t forgotten = table_.prune(threshold, newIds);
  tokens_ -= forgotten;
  return forgotten;
}

}  // namespace wordmill
