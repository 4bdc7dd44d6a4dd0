#pragma once
// Reads the spool that src/core/corpus.ts describes.
#include <cstdint>
#include <string>
#include <vector>

#include "leb128.h"
#include "mapped_file.h"

namespace wordmill {

/** One entry of the chunk table. */
struct SpoolChunk {
  uint64_t byteStart;
  uint32_t byteLength;
  uint64_t firstSentence;
  uint32_t sentenceCount;
  uint32_t tokenCount;
  uint32_t generation;
};

/** A corpus's tokens on disk, with the map from provisional to final ids. May be read by many threads at once. */
class Spool {
 public:
  /**
   * @param generationStarts where in the map each generation starts, and at the end the map's length, in entries.
   * @throws Failure if a file cannot be read or is too short, or a chunk has a generation that is not there.
   */
  Spool(const std::string& tokensPath, const std::string& mapPath, std::vector<SpoolChunk> chunks,
        std::vector<uint64_t> generationStarts, uint32_t vocabularySize);

  const std::vector<SpoolChunk>& chunks() const { return chunks_; }

 private:
  friend class ChunkReader;

  MappedFile tokens_;
  MappedFile map_;
  std::vector<SpoolChunk> chunks_;
  std::vector<uint64_t> generationStarts_;
  uint32_t vocabularySize_;
};

/** Reads the sentences of one chunk, one after the other. */
class ChunkReader {
 public:
  /** @param chunk which one; the spool must outlive the reader. */
  ChunkReader(const Spool& spool, size_t chunk);

  /**
   * Reads the next sentence into `ids`, as final ids, words without one left out.
   * @returns false after the last sentence.
   * @throws Failure `data` if the chunk is damaged.
   */
  bool next(std::vector<uint32_t>& ids);

  /** The number, in the whole corpus, of the sentence read last. */
  uint64_t sentence() const { return chunk_.firstSentence + sentencesRead_ - 1; }

 private:
  [[noreturn]] void fail(const std::string& problem) const;

  const Spool& spool_;
  const SpoolChunk chunk_;
  const uint8_t* map_;
  uint64_t mapEntries_;
  Leb128Reader bytes_;
  uint64_t sentencesRead_ = 0;
  uint64_t tokensRead_ = 0;
};

}  // namespace wordmill
