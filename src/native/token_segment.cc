#include "token_segment.h"

#include <algorithm>
#include <utility>

#include "threads.h"

namespace wordmill {

namespace {

/** What a chunk takes at most: its tokens, and an end for each sentence. */
uint64_t lengthOf(const SpoolChunk& chunk) { return uint64_t{chunk.tokenCount} + chunk.sentenceCount; }

constexpr uint64_t kMostTokens = 0xfffffff0u;  // positions take 32 bits

}  // namespace

TokenSegment::TokenSegment(const Spool& spool, size_t firstChunk, size_t endChunk, uint32_t words, uint32_t threads,
                           std::atomic<bool>& stop) {
  for (size_t chunk = firstChunk; chunk < endChunk; chunk++) length_ += lengthOf(spool.chunks()[chunk]);
  load(spool, firstChunk, endChunk, threads, stop);
  index(words, threads, stop);
}

size_t TokenSegment::fitting(const Spool& spool, size_t firstChunk, uint64_t memoryBytes) {
  const uint64_t most = std::min(memoryBytes / kBytesPerToken, kMostTokens);
  const std::vector<SpoolChunk>& chunks = spool.chunks();
  uint64_t length = lengthOf(chunks[firstChunk]);
  size_t end = firstChunk + 1;
  while (end < chunks.size() && length + lengthOf(chunks[end]) <= most) length += lengthOf(chunks[end++]);
  return end;
}

void TokenSegment::load(const Spool& spool, size_t firstChunk, size_t endChunk, uint32_t threads,
                        std::atomic<bool>& stop) {
  tokens_ = LargeMemory((length_ + 2) * sizeof(uint32_t), "");
  uint32_t* const all = static_cast<uint32_t*>(tokens_.data());
  all[0] = all[length_ + 1] = kEnd;
  std::vector<uint64_t> starts{1};
  for (size_t chunk = firstChunk; chunk < endChunk; chunk++) starts.push_back(starts.back() + lengthOf(spool.chunks()[chunk]));
  forEachTask(endChunk - firstChunk, threads, stop, [&](uint64_t task) {
    ChunkReader reader(spool, firstChunk + task);
    uint32_t* to = all + starts[task];
    std::vector<uint32_t> ids;
    while (reader.next(ids)) {
      to = std::copy(ids.begin(), ids.end(), to);
      *to++ = kEnd;
    }
    std::fill(to, all + starts[task + 1], kEnd);  // in the place of words without an id
  });
}

/** A counting sort of positions by word. Ranges of the tokens follow each other, so positions stay in order. */
void TokenSegment::index(uint32_t words, uint32_t threads, std::atomic<bool>& stop) {
  const auto first = [&](uint64_t range) { return length_ * range / threads; };
  std::vector<std::vector<uint32_t>> counts(threads, std::vector<uint32_t>(words));
  forEachTask(threads, threads, stop, [&](uint64_t range) {
    for (uint64_t i = first(range); i < first(range + 1); i++) {
      if (tokens()[i] != kEnd) counts[range][tokens()[i]]++;
    }
  });
  starts_.reserve(words + 1);
  uint32_t position = 0;
  for (uint32_t word = 0; word < words; word++) {
    starts_.push_back(position);
    for (std::vector<uint32_t>& range : counts) position += std::exchange(range[word], position);
  }
  starts_.push_back(position);
  positions_ = LargeMemory(position * sizeof(uint32_t), "");
  uint32_t* const positions = static_cast<uint32_t*>(positions_.data());
  forEachTask(threads, threads, stop, [&](uint64_t range) {
    for (uint64_t i = first(range); i < first(range + 1); i++) {
      if (tokens()[i] != kEnd) positions[counts[range][tokens()[i]]++] = static_cast<uint32_t>(i);
    }
  });
}

}  // namespace wordmill
