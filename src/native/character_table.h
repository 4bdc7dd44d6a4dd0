#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace wordmill {

/** What becomes of a character, whatever stands beside it in text of such characters. */
struct Character {
  enum Kind : uint8_t {
    /** Not known here, or it depends on what stands beside it. */
    kUndecided = 0,
    /** It is between words. */
    kBetween = 0x10,
    /** Between two letters or digits it is an apostrophe, U+0027, of one word; elsewhere it is between words. */
    kApostrophe = 0x11,
  };

  /** A `Kind`, or for part of a word the number of bytes that are written for it, 1 to 3. */
  uint8_t kind;
  uint8_t bytes[3];
};

/**
 * The characters up to U+FFFF, in pages of 64 that JavaScript fills in when a text has one of them, from its own
 * Unicode data (src/tokenize/character-pages.ts); those of other pages are undecided.
 */
class CharacterTable {
 public:
  static constexpr uint32_t kPageSize = 64;
  static constexpr uint32_t kPages = 0x10000 / kPageSize;

  Character operator[](uint32_t code) const {
    if (code >= kPages * kPageSize) return {};
    const auto& page = pages_[code / kPageSize];
    return page ? (*page)[code % kPageSize] : Character{};
  }

  /** @param entries for each character its kind in the lowest byte, then the bytes that are written for it. */
  void setPage(uint32_t page, const uint32_t* entries) {
    pages_[page] = std::make_unique<Page>();
    for (uint32_t i = 0; i < kPageSize; i++) {
      const uint32_t entry = entries[i];
      (*pages_[page])[i] = {static_cast<uint8_t>(entry),
                            {static_cast<uint8_t>(entry >> 8), static_cast<uint8_t>(entry >> 16),
                             static_cast<uint8_t>(entry >> 24)}};
    }
  }

 private:
  using Page = std::array<Character, kPageSize>;
  std::array<std::unique_ptr<Page>, kPages> pages_;
};

}  // namespace wordmill
