#include "text_masks.h"

#include <cstring>

namespace wordmill {

namespace {

constexpr size_t kGroup = 64;

/** Sixty-four bytes, each 0 or 1, as bits. */
uint64_t packBits(const uint8_t* flags) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kGroup; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, flags + i, 8);
    // The product's top byte has each byte's bit in its place, without carries.
    bits |= ((eight * 0x0102040810204080u) >> 56) << i;
  }
  return bits;
}

struct GroupFlags {
  uint8_t word[kGroup];
  uint8_t apostrophe[kGroup];
  uint8_t newline[kGroup];
  uint8_t notAscii[kGroup];
};

template <bool kLettersAndDigits>
void classifyGroup(uint8_t* __restrict text, const AsciiRules& rules, GroupFlags& __restrict flags) {
  const uint8_t toLower = rules.lowercase ? 0x20 : 0;
  const uint8_t digitMask = rules.foldNumbers ? 0xf0 : 0xff;
  for (size_t i = 0; i < kGroup; i++) {
    const uint8_t byte = text[i];
    const uint8_t upper = static_cast<uint8_t>(byte - 'A') < 26;
    const uint8_t lower = static_cast<uint8_t>(byte - 'a') < 26;
    const uint8_t digit = static_cast<uint8_t>(byte - '0') < 10;
    const uint8_t notAscii = byte >> 7;
    if (kLettersAndDigits) {
      flags.word[i] = upper | lower | digit;
      flags.apostrophe[i] = byte == '\'';
    } else {
      const uint8_t space = static_cast<uint8_t>(byte == ' ') | static_cast<uint8_t>(static_cast<uint8_t>(byte - '\t') < 5);
      flags.word[i] = static_cast<uint8_t>((space | notAscii) ^ 1);
    }
    flags.newline[i] = byte == '\n';
    flags.notAscii[i] = notAscii;
    const uint8_t cased = byte | (upper ? toLower : 0);
    text[i] = digit ? static_cast<uint8_t>(cased & digitMask) : cased;
  }
}

}  // namespace

void classify(uint8_t* text, size_t groups, const AsciiRules& rules, TextMasks& masks) {
  masks.word.resize(groups);
  masks.newline.resize(groups);
  masks.notAscii.resize(groups);
  GroupFlags flags = {};
  uint64_t apostrophes = 0;
  for (size_t group = 0; group < groups; group++) {
    if (rules.lettersAndDigits) {
      classifyGroup<true>(text + kGroup * group, rules, flags);
    } else {
      classifyGroup<false>(text + kGroup * group, rules, flags);
    }
    const uint64_t word = packBits(flags.word);
    masks.word[group] = word;
    masks.newline[group] = packBits(flags.newline);
    masks.notAscii[group] = packBits(flags.notAscii);
    // An apostrophe joins two letters or digits; the one after a group's last byte is in the next group.
    if (group > 0 && apostrophes != 0) {
      uint64_t& before = masks.word[group - 1];
      const uint64_t left = before << 1 | (group > 1 ? masks.word[group - 2] >> 63 : 0);
      before |= apostrophes & left & (before >> 1 | word << 63);
    }
    apostrophes = rules.lettersAndDigits ? packBits(flags.apostrophe) : 0;
  }
  if (groups > 0 && apostrophes != 0) {
    uint64_t& last = masks.word[groups - 1];
    last |= apostrophes & (last << 1 | (groups > 1 ? masks.word[groups - 2] >> 63 : 0)) & (last >> 1);
  }
}

void clearBits(std::vector<uint64_t>& mask, size_t start, size_t end) {
  if (start >= end) return;
  const size_t first = start / 64;
  const size_t last = (end - 1) / 64;
  const uint64_t fromStart = ~uint64_t{0} << (start % 64);
  const uint64_t toEnd = ~uint64_t{0} >> (63 - (end - 1) % 64);
  if (first == last) {
    mask[first] &= ~(fromStart & toEnd);
    return;
  }
  mask[first] &= ~fromStart;
  for (size_t group = first + 1; group < last; group++) mask[group] = 0;
  mask[last] &= ~toEnd;
}

}  // namespace wordmill
