#pragma once
// A made corpus, which models are trained on and co-occurrences are counted in.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../random.h"
#include "../spool_reader.h"
#include "sanitized.h"

namespace wordmill {

/** More than hierarchical softmax has nodes of which threads have copies of their own. */
constexpr uint32_t kWords = 70;

inline void writeFile(const std::string& path, const std::vector<uint8_t>& bytes) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  REQUIRE(file);
  REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
  REQUIRE(std::fclose(file) == 0);
}

/** A spool of several chunks, as src/core/corpus.ts describes it; all numbers are below 128, so a byte each. */
struct MadeSpool {
  std::vector<uint8_t> tokens, map;
  std::vector<SpoolChunk> chunks;

  MadeSpool() {
    Random random = Random().fork(3);
    for (uint32_t chunk = 0; chunk < 6; chunk++) {
      SpoolChunk entry = {tokens.size(), 0, 50 * uint64_t{chunk}, 50, 0, 0};
      for (uint32_t sentence = 0; sentence < entry.sentenceCount; sentence++) {
        const uint32_t length = random.below(30);
        tokens.push_back(static_cast<uint8_t>(length));
        for (uint32_t i = 0; i < length; i++) tokens.push_back(static_cast<uint8_t>(random.below(kWords + 1)));
        entry.tokenCount += length;
      }
      entry.byteLength = static_cast<uint32_t>(tokens.size() - entry.byteStart);
      chunks.push_back(entry);
    }
    for (uint32_t word = 0; word <= kWords; word++) {
      const uint32_t id = word < kWords ? word : 0xffffffff;  // The last is left out of the vocabulary.
      for (int byte = 0; byte < 4; byte++) map.push_back(static_cast<uint8_t>(id >> (8 * byte)));
    }
  }
};

/** Where a made spool is written. */
struct SpoolFiles {
  std::string tokens, map;
};

inline std::unique_ptr<Spool> openSpool(const SpoolFiles& files, std::vector<SpoolChunk> chunks) {
  return std::make_unique<Spool>(files.tokens, files.map, std::move(chunks), std::vector<uint64_t>{0, kWords + 1}, kWords);
}

}  // namespace wordmill
