#include "word_table.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace wordmill {

namespace {

constexpr uint32_t kSmallestSlots = 1024;
constexpr uint64_t kSmallestArena = 8 * kSmallestSlots;
/** Positions in the words' bytes are 32 bits. */
constexpr uint64_t kLargestArena = UINT32_MAX;

/** How many words a table of so many slots holds before it doubles. */
constexpr uint64_t wordsFor(uint64_t slots) { return slots / 8 * 5; }

uint64_t load64(const uint8_t* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, 8);
  return value;
}

/** The first `length` bytes, up to eight, as a number; the others count as zeros. */
uint64_t loadUpTo8(const uint8_t* bytes, size_t length) {
  return load64(bytes) & (~uint64_t{0} >> (8 * (8 - length)));
}

std::unique_ptr<uint8_t[]> allocate(uint64_t bytes) {
  return std::unique_ptr<uint8_t[]>(new uint8_t[bytes + kWordPadding]());
}

}  // namespace

uint32_t hashOfWord(const uint8_t* word, size_t length) {
  uint64_t hash = length;
  size_t index = 0;
  for (; index + 8 < length; index += 8) {
    hash = (hash ^ load64(word + index)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  hash = (hash ^ loadUpTo8(word + index, length - index)) * 0x9e3779b97f4a7c15u;
  hash = (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9u;
  return static_cast<uint32_t>(hash >> 32);
}

WordTable::WordTable()
    : mask_(kSmallestSlots - 1),
      capacity_(wordsFor(kSmallestSlots)),
      arenaSize_(kSmallestArena),
      arena_(allocate(kSmallestArena)),
      starts_(capacity_ + 1),
      counts_(capacity_),
      slots_(kSmallestSlots) {}

bool WordTable::isWord(uint32_t id, const uint8_t* word, uint32_t length) const {
  const uint32_t start = starts_[id];
  if (starts_[id + 1] - start != length) return false;
  const uint8_t* own = arena_.get() + start;
  uint32_t index = 0;
  for (; index + 8 < length; index += 8) {
    if (load64(own + index) != load64(word + index)) return false;
  }
  return loadUpTo8(own + index, length - index) == loadUpTo8(word + index, length - index);
}

uint32_t WordTable::insert(uint32_t slot, uint32_t hash, const uint8_t* word, uint32_t length) {
  const bool grows = size_ == capacity_;
  if (grows) growSlots();
  const uint64_t end = uint64_t{starts_[size_]} + length;
  if (end > arenaSize_) growArena(end);
  std::memcpy(arena_.get() + starts_[size_], word, length);
  const uint32_t id = size_++;
  starts_[id + 1] = static_cast<uint32_t>(end);
  counts_[id] = 1;
  if (grows) {
    place(hash, id + 1);
  } else {
    slots_[slot] = {hash, id + 1};
  }
  return id;
}

void WordTable::place(uint32_t hash, uint32_t entry) {
  uint32_t slot = hash & mask_;
  while (slots_[slot].entry != 0) slot = (slot + 1) & mask_;
  slots_[slot] = {hash, entry};
}

void WordTable::growSlots() {
  const std::vector<Slot> old = std::move(slots_);
  slots_ = std::vector<Slot>(2 * old.size());
  mask_ = static_cast<uint32_t>(slots_.size() - 1);
  capacity_ = static_cast<uint32_t>(wordsFor(slots_.size()));
  for (const Slot& slot : old) {
    if (slot.entry != 0) place(slot.hash, slot.entry);
  }
  starts_.resize(capacity_ + 1);
  counts_.resize(capacity_);
}

void WordTable::growArena(uint64_t needed) {
  uint64_t size = arenaSize_;
  while (size < needed) size *= 2;
  auto larger = allocate(size);
  std::memcpy(larger.get(), arena_.get(), starts_[size_]);
  arena_ = std::move(larger);
  arenaSize_ = size;
}

uint64_t WordTable::peakBytes(uint64_t words, uint64_t bytes) const {
  const uint64_t used = starts_[size_] + bytes;
  if (used > kLargestArena) return UINT64_MAX;
  uint64_t slots = uint64_t{mask_} + 1;
  while (wordsFor(slots) < size_ + words) slots *= 2;
  uint64_t arena = arenaSize_;
  while (arena < used) arena *= 2;
  const uint64_t old = slots / 2 * sizeof(Slot);
  const uint64_t order = wordsFor(slots) * 4;
  return slots * sizeof(Slot) + wordsFor(slots) * 8 + arena + std::max({old, order, arena / 2});
}

void WordTable::growTo(uint64_t slots, uint64_t arenaBytes) {
  while (uint64_t{mask_} + 1 < slots) growSlots();
  if (arenaBytes > arenaSize_) growArena(arenaBytes);
}

void WordTable::addCounted(const uint8_t* word, uint32_t length, uint32_t count) {
  const uint32_t before = size_;
  const uint32_t id = add(hashOfWord(word, length), word, length);
  if (id < before) throw std::out_of_range("a word comes twice");
  counts_[id] = count;
}

void WordTable::clear() {
  size_ = 0;
  std::fill(slots_.begin(), slots_.end(), Slot{0, 0});
}

uint64_t WordTable::prune(uint32_t threshold, std::vector<uint32_t>& newIds) {
  newIds.assign(size_, UINT32_MAX);
  uint64_t forgotten = 0;
  uint32_t kept = 0;
  for (uint32_t id = 0; id < size_; id++) {
    if (counts_[id] <= threshold) {
      forgotten += counts_[id];
      continue;
    }
    const uint32_t start = starts_[id];
    const uint32_t length = starts_[id + 1] - start;
    std::memmove(arena_.get() + starts_[kept], arena_.get() + start, length);
    counts_[kept] = counts_[id];
    newIds[id] = kept++;
    starts_[kept] = starts_[kept - 1] + length;
  }
  size_ = kept;
  std::fill(slots_.begin(), slots_.end(), Slot{0, 0});
  for (uint32_t id = 0; id < size_; id++) {
    const uint32_t length = starts_[id + 1] - starts_[id];
    place(hashOfWord(arena_.get() + starts_[id], length), id + 1);
  }
  return forgotten;
}

}  // namespace wordmill
