#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "large_memory.h"
#include "spool_reader.h"

namespace wordmill {

/** Some chunks of a corpus in memory, and where in them each word stands. */
class TokenSegment {
 public:
  /** What stands before, between and after sentences. */
  static constexpr uint32_t kEnd = 0xffffffffu;

  /** Bytes that a token (or the end of a sentence) takes. */
  static constexpr uint64_t kBytesPerToken = 2 * sizeof(uint32_t);

  /** Loads chunks [firstChunk, endChunk). @throws Failure as ChunkReader and LargeMemory do. */
  TokenSegment(const Spool& spool, size_t firstChunk, size_t endChunk, uint32_t words, uint32_t threads,
               std::atomic<bool>& stop);

  /** The tokens; `kEnd` stands at -1 and after the last. */
  const uint32_t* tokens() const { return static_cast<const uint32_t*>(tokens_.data()) + 1; }
  /** Where a word stands, in order. */
  const uint32_t* positions(uint32_t word) const { return static_cast<const uint32_t*>(positions_.data()) + starts_[word]; }
  uint32_t occurrences(uint32_t word) const { return starts_[word + 1] - starts_[word]; }

  /** The end of as many chunks from the first as a memory limit has room for, one at least. */
  static size_t fitting(const Spool& spool, size_t firstChunk, uint64_t memoryBytes);

 private:
  void load(const Spool& spool, size_t firstChunk, size_t endChunk, uint32_t threads, std::atomic<bool>& stop);
  void index(uint32_t words, uint32_t threads, std::atomic<bool>& stop);

  uint64_t length_ = 0;
  LargeMemory tokens_, positions_;
  std::vector<uint32_t> starts_;
};

}  // namespace wordmill
