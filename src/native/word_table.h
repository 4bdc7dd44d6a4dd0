#pragma once
// Words as bytes, numbered in the order in which they first came, with a count each: src/tokenize/word-table.ts in C++.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wordmill {

/** How many bytes past a word's end are read with it: words are read eight bytes at a time. */
constexpr size_t kWordPadding = 8;

/** A word's hash. Reads up to `kWordPadding` bytes past its end, which do not change the result. */
uint32_t hashOfWord(const uint8_t* word, size_t length);

/**
 * A hash table with open addressing and linear probing. A slot is eight bytes, hash and id together; starts and counts
 * are by id, so that those of frequent words, which come early, lie close together. It grows as the table of
 * word-table.ts does, so that both are full at the same word.
 */
class WordTable {
 public:
  WordTable();

  /** How many different words there are; ids are below it. */
  uint32_t size() const { return size_; }
  /** The bytes of all words, by id, one after another. */
  const uint8_t* bytes() const { return arena_.get(); }
  /** Word `id` is `bytes()[starts()[id] .. starts()[id + 1])`. */
  const uint32_t* starts() const { return starts_.data(); }
  const uint32_t* counts() const { return counts_.data(); }

  /** Asks for the memory in which a word with this hash is looked up. */
  void prefetch(uint32_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }

  /** Counts one occurrence of a word and gives its id, a new one if it is new. The word is padded; see `hashOfWord`. */
  uint32_t add(uint32_t hash, const uint8_t* word, uint32_t length) {
    uint32_t slot = hash & mask_;
    for (;;) {
      const Slot found = slots_[slot];
      if (found.entry == 0) return insert(slot, hash, word, length);
      if (found.hash == hash && isWord(found.entry - 1, word, length)) {
        counts_[found.entry - 1]++;
        return found.entry - 1;
      }
      slot = (slot + 1) & mask_;
    }
  }

  /** Whether so many more words with so many bytes in all fit without growing. */
  bool hasRoom(uint64_t words, uint64_t bytes) const {
    return size_ + words <= capacity_ && starts_[size_] + bytes <= arenaSize_;
  }

  /** As `peakBytes` in word-table.ts; UINT64_MAX where the words' bytes would pass 2^32 - 1. */
  uint64_t peakBytes(uint64_t words, uint64_t bytes) const;

  /** How large the table has grown: what decides, beside its words, when it is full. */
  uint64_t slots() const { return uint64_t{mask_} + 1; }
  uint64_t arenaBytes() const { return arenaSize_; }

  /** Grows to at least so many slots and bytes of words, both powers of two. */
  void growTo(uint64_t slots, uint64_t arenaBytes);

  /** Adds a word that is new, padded, with its count. @throws std::out_of_range if it is there already. */
  void addCounted(const uint8_t* word, uint32_t length, uint32_t count);

  /** Forgets all words; keeps the memory for the next ones. */
  void clear();

  /**
   * Forgets the words that occurred `threshold` times or less; the others are numbered anew, in the same order.
   *
   * @param newIds gets the new id of each old one, or UINT32_MAX.
   * @returns how many tokens the forgotten words were.
   */
  uint64_t prune(uint32_t threshold, std::vector<uint32_t>& newIds);

 private:
  struct Slot {
    uint32_t hash;
    /** The word's id + 1; 0 marks a free slot. */
    uint32_t entry;
  };

  bool isWord(uint32_t id, const uint8_t* word, uint32_t length) const;
  uint32_t insert(uint32_t slot, uint32_t hash, const uint8_t* word, uint32_t length);
  void place(uint32_t hash, uint32_t entry);
  void growSlots();
  void growArena(uint64_t needed);

  uint32_t size_ = 0;
  uint32_t mask_;
  uint32_t capacity_;
  uint64_t arenaSize_;
  std::unique_ptr<uint8_t[]> arena_;
  std::vector<uint32_t> starts_;
  std::vector<uint32_t> counts_;
  std::vector<Slot> slots_;
};

}  // namespace wordmill
