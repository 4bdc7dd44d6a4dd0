#include "spool_reader.h"

#include <cstring>

#include "failure.h"

namespace wordmill {

namespace {

constexpr uint32_t kDropped = 0xffffffffu;
constexpr uint64_t kEntryBytes = 4;

uint32_t mapEntry(const uint8_t* map, uint32_t index) {
  uint32_t entry;  // All machines that this is written for are little-endian, as the file is.
  std::memcpy(&entry, map + kEntryBytes * index, sizeof entry);
  return entry;
}

}  // namespace

Spool::Spool(const std::string& tokensPath, const std::string& mapPath, std::vector<SpoolChunk> chunks,
             std::vector<uint64_t> generationStarts, uint32_t vocabularySize)
    : tokens_(tokensPath),
      map_(mapPath),
      chunks_(std::move(chunks)),
      generationStarts_(std::move(generationStarts)),
      vocabularySize_(vocabularySize) {
  if (generationStarts_.empty()) throw Failure("data", mapPath + ": the table of generations is empty");
  for (size_t i = 1; i < generationStarts_.size(); i++) {
    if (generationStarts_[i] < generationStarts_[i - 1]) {
      throw Failure("data", mapPath + ": generation " + std::to_string(i) + " starts before the one before it");
    }
  }
  if (generationStarts_.back() > UINT64_MAX / kEntryBytes) throw Failure("data", mapPath + ": impossible length");
  map_.requireSize(generationStarts_.back() * kEntryBytes);
  for (size_t i = 0; i < chunks_.size(); i++) {
    const SpoolChunk& chunk = chunks_[i];
    if (chunk.generation + uint64_t{1} >= generationStarts_.size()) {
      throw Failure("data", tokensPath + ": chunk " + std::to_string(i) + " is of generation " +
                                std::to_string(chunk.generation) + ", which the map does not have");
    }
    tokens_.requireSize(chunk.byteStart + chunk.byteLength);
  }
}

ChunkReader::ChunkReader(const Spool& spool, size_t chunk)
    : spool_(spool),
      chunk_(spool.chunks_[chunk]),
      map_(spool.map_.data() + kEntryBytes * spool.generationStarts_[chunk_.generation]),
      mapEntries_(spool.generationStarts_[chunk_.generation + 1] - spool.generationStarts_[chunk_.generation]),
      bytes_(spool.tokens_.data() + chunk_.byteStart, spool.tokens_.data() + chunk_.byteStart + chunk_.byteLength) {}

bool ChunkReader::next(std::vector<uint32_t>& ids) {
  if (sentencesRead_ == chunk_.sentenceCount) {
    if (bytes_.remaining() != 0 || tokensRead_ != chunk_.tokenCount) fail("does not hold what the chunk table says");
    return false;
  }
  uint32_t length;
  // Every token takes a byte at least: a length that cannot be is found before memory is asked for.
  if (!bytes_.read(length) || length > bytes_.remaining()) fail("ends inside a sentence");
  sentencesRead_++;
  tokensRead_ += length;
  ids.resize(length);
  size_t kept = 0;
  for (uint32_t i = 0; i < length; i++) {
    uint32_t provisional;
    if (!bytes_.read(provisional)) fail("ends inside a sentence");
    if (provisional >= mapEntries_) fail("has id " + std::to_string(provisional) + ", which the map does not have");
    const uint32_t id = mapEntry(map_, provisional);
    if (id >= spool_.vocabularySize_ && id != kDropped) {
      fail("maps to word " + std::to_string(id) + " of a vocabulary of " + std::to_string(spool_.vocabularySize_));
    }
    ids[kept] = id;
    kept += id != kDropped;
  }
  ids.resize(kept);
  return true;
}

void ChunkReader::fail(const std::string& problem) const {
  throw Failure("data", spool_.tokens_.path() + ": the chunk at byte " + std::to_string(chunk_.byteStart) + " " +
                            problem + "; the spool is damaged");
}

}  // namespace wordmill
