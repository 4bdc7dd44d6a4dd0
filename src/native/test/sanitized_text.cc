#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "../text_splitter.h"
#include "../token_merge.h"
#include "../word_counter.h"
#include "sanitized.h"

namespace wordmill {

namespace {

const char* const kPieces[] = {"a",  "The", "don't", "'",     "1984", " ",        "\t",           "\r\n", "\n",
                               "\n", ",",   "na\xc3\xafve", "\xe3\x80\x80", "\xf0\x9f\x98\x80", "\xff", "\xe2\x80"};

std::vector<uint8_t> randomText(Random& random) {
  std::vector<uint8_t> text;
  for (uint32_t pieces = random.below(200); pieces > 0; pieces--) {
    const char* const piece = kPieces[random.below(sizeof kPieces / sizeof *kPieces)];
    text.insert(text.end(), piece, piece + std::strlen(piece));
    if (random.below(60) == 0) text.insert(text.end(), random.below(3000), 'x');
  }
  text.shrink_to_fit();
  return text;
}

/** Splits a text, every open stretch becoming two words, and counts the words in little memory. */
void splitAndCount(const std::vector<uint8_t>& text, TextSplitter& splitter, WordCounter& counter, Random& random) {
  splitter.split(text.data(), text.size());
  const std::vector<uint32_t> counts(splitter.open().size(), 2);
  std::vector<uint8_t> bytes(3 * counts.size(), 'w');
  std::vector<uint32_t> ends;
  for (uint32_t i = 0; i < counts.size(); i++) ends.insert(ends.end(), {3 * i + 1, 3 * i + 3});
  const OpenWords open{bytes.data(), ends.data(), counts.data()};
  const MergedSize size = mergedSize(splitter, open);
  std::vector<uint8_t> merged(size.bytes);
  std::vector<uint32_t> tokenEnds(size.tokens);
  const MergedTokens tokens = merge(splitter, open, 1 + random.below(20), merged.data(), tokenEnds.data());
  REQUIRE(size.tokens == 0 || tokenEnds.back() == size.bytes);

  const TokenBlock block(merged.data(), merged.size(), tokenEnds.data(), tokenEnds.size(), tokens.sentenceEnds.data(),
                         tokens.sentenceEnds.size());
  for (uint32_t sentence = 0; sentence < block.sentenceEnds.size();) {
    const EncodedSentences encoded = counter.encode(block, sentence, 500);
    sentence += static_cast<uint32_t>(encoded.sentenceEnds.size());
    std::vector<uint32_t> newIds;
    if (encoded.need == Need::kRoom) counter.startEmpty();
    if (encoded.need == Need::kFewerWords) counter.startPruned(random.below(4), newIds);
  }
  REQUIRE(counter.idsInByteOrder().size() == counter.table().size());
}

}  // namespace

void checkText() {
  for (uint32_t rules = 0; rules < 8; rules++) {
    Random random = Random().fork(2).fork(rules);
    TextSplitter splitter({(rules & 1) != 0, (rules & 2) != 0, (rules & 4) != 0});
    std::vector<uint32_t> page(CharacterTable::kPageSize);
    for (uint32_t i = 0; i < page.size(); i++) page[i] = i % 3 == 0 ? 0x10 : i % 3 == 1 ? 0xaf612 & 0xffffff00 : 0;
    splitter.characters().setPage(3, page.data());
    WordCounter counter(random.below(2) * 100'000 + 30'000);
    for (int round = 0; round < 150; round++) splitAndCount(randomText(random), splitter, counter, random);
  }
}

}  // namespace wordmill
