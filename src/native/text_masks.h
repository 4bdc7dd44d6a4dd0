#pragma once
// What each byte of a text is, 64 bytes at a time.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wordmill {

/** How text is split, as far as ASCII goes; see src/tokenize/options.ts. */
struct AsciiRules {
  /** Words are runs of letters and digits with apostrophes inside; otherwise all between white space is a word. */
  bool lettersAndDigits;
  bool lowercase;
  /** Every digit becomes 0. */
  bool foldNumbers;
};

/** Tab, line feed, vertical tab, form feed, carriage return, space. */
inline bool isAsciiSpace(uint8_t byte) { return byte == ' ' || static_cast<uint8_t>(byte - '\t') < 5; }

/** Bit `i` of entry `g` is about byte `64 g + i`. */
struct TextMasks {
  /** Part of a word, joining apostrophes included. Bytes that are not ASCII never are. */
  std::vector<uint64_t> word;
  std::vector<uint64_t> newline;
  std::vector<uint64_t> notAscii;
};

/**
 * Classifies `groups` times 64 bytes of `text`, of which none may be past the end of its memory, and lower-cases and
 * folds their ASCII in place. Loops over plain bytes, which compilers turn into vector code for any instruction set.
 */
void classify(uint8_t* text, size_t groups, const AsciiRules& rules, TextMasks& masks);

/** Takes the bytes `start .. end` out of the words. */
void clearBits(std::vector<uint64_t>& mask, size_t start, size_t end);

}  // namespace wordmill
