#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "../aligned_memory.h"
#include "../cell_sinks.h"
#include "../cooccurrence.h"
#include "../failure.h"
#include "../glove_trainer.h"
#include "../instruction_sets.h"
#include "made_spool.h"
#include "sanitized.h"

namespace wordmill {

namespace {

constexpr uint32_t kSeed = 7;
/** Everything at once, and so little that it is counted and shuffled in parts, by scratch files. */
constexpr uint64_t kMemories[] = {uint64_t{1} << 26, 0};

std::vector<uint8_t> readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/** Counts into a file; gives the number of cells. */
uint64_t count(const SpoolFiles& files, const MadeSpool& spool, const CooccurrenceSettings& settings,
               const std::string& path, bool shuffled) {
  CooccurrenceCounter counter(settings, openSpool(files, spool.chunks));
  if (!shuffled) {
    SortedCells sink(path, counter.stopped());
    counter.run(sink);
    return sink.cells();
  }
  ShuffledCells sink(path, kSeed, settings.memoryBytes, settings.scratch, counter.stopFlag());
  counter.run(sink);
  sink.finish(settings.threads);
  return sink.cells();
}

/** Every way of counting gives the same file, whatever the threads and the memory. */
void countEverything(const std::string& folder, const SpoolFiles& files, const MadeSpool& spool) {
  const std::string first = folder + "/first", other = folder + "/other";
  for (const bool shuffled : {false, true}) {
    for (const bool symmetric : {false, true}) {
      for (const uint32_t window : {1u, 15u, 40u}) {
        CooccurrenceSettings settings = {kWords, window, symmetric, kMemories[0], folder, 1};
        const uint64_t cells = count(files, spool, settings, first, shuffled);
        REQUIRE(cells > 100 && cells <= kWords * kWords);
        settings.threads = 2;
        for (const uint64_t memory : kMemories) {
          settings.memoryBytes = memory;
          REQUIRE(count(files, spool, settings, other, shuffled) == cells);
          REQUIRE(readFile(first) == readFile(other));
        }
      }
    }
  }
}

/** The words' rows or the contexts': small parameters, and sums of squares that begin at 1. */
void fillRows(float* rows, size_t stride, size_t dimensions, uint32_t seed) {
  Random random = Random().fork(seed);
  for (size_t word = 0; word < kWords; word++) {
    float* const row = rows + 2 * word * stride;
    for (size_t j = 0; j < dimensions; j++) row[j] = static_cast<float>(random.below(100)) / 1000 - 0.05f;
    std::fill(row + stride, row + 2 * stride, 1.0f);
  }
}

/** Trains two epochs, each with as many pauses as can be up to a number; gives the loss of the second. @throws Failure as CellTiles. */
double train(const std::string& cells, const std::string& scratch, const InstructionSet& set, size_t dimensions,
             uint32_t threads, uint64_t memoryBytes, int mostPauses = 0) {
  const size_t stride = (dimensions + 2 + kRowFloats - 1) / kRowFloats * kRowFloats;
  const AlignedMemory words(kWords * 2 * stride * sizeof(float)), contexts(kWords * 2 * stride * sizeof(float));
  const GloveRows rows = {static_cast<float*>(words.data()), static_cast<float*>(contexts.data()), stride, dimensions};
  fillRows(rows.words, stride, dimensions, 8);
  fillRows(rows.contexts, stride, dimensions, 9);
  for (size_t word = 0; word < kWords; word++) {
    rows.words[2 * word * stride + dimensions + 1] = 1;
    rows.contexts[2 * word * stride + dimensions] = 1;
  }
  std::atomic<bool> stop{false};
  const auto tiles = std::make_shared<const CellTiles>(
      cells, TileSettings{kWords, 100, 0.75, kSeed, 0.2, memoryBytes, scratch, threads}, stop);
  GloveTrainer trainer({rows, *set.glove, 0.05f, kSeed, threads}, tiles);
  const auto pass = [&](uint32_t epoch) {
    GlovePosition from;
    for (int pauses = 0;; pauses++) {
      trainer.unpause();
      if (pauses < mostPauses) trainer.pause();
      const double loss = trainer.train(epoch, from);
      if (!trainer.isPaused()) return loss;
      from = trainer.position();
    }
  };
  const double first = pass(0), second = pass(1);
  REQUIRE(second < first);
  REQUIRE(std::isfinite(trainer.measure()));
  return second;
}

/** On every instruction set; two threads learn what one does. */
void trainEverything(const std::string& cells, const std::string& scratch) {
  for (const InstructionSet& set : instructionSets()) {
    for (const size_t dimensions : {size_t{1}, size_t{17}, size_t{100}}) {
      const double loss = train(cells, scratch, set, dimensions, 1, kMemories[0]);
      for (const uint64_t memory : kMemories) REQUIRE(train(cells, scratch, set, dimensions, 2, memory) == loss);
      for (const uint32_t threads : {1u, 3u}) REQUIRE(train(cells, scratch, set, dimensions, threads, kMemories[0], 40) == loss);
    }
  }
}

/** Bytes changed and cut off anywhere: training either works or says that the file is damaged. */
void trainOnDamage(const std::string& cells, const std::string& scratch) {
  const std::vector<uint8_t> whole = readFile(cells);
  const std::string path = cells + "-damaged";
  Random random = Random().fork(10);
  uint32_t refused = 0;
  for (int round = 0; round < 100; round++) {
    std::vector<uint8_t> bytes = whole;
    if (random.below(4) == 0) bytes.resize(random.below(static_cast<uint32_t>(bytes.size()) + 1));
    for (uint32_t damage = random.below(4); damage > 0 && !bytes.empty(); damage--) {
      bytes[random.below(static_cast<uint32_t>(bytes.size()))] = static_cast<uint8_t>(random.next());
    }
    writeFile(path, bytes);
    std::atomic<bool> stop{false};
    try {
      const CellTiles tiles(path, {kWords, 100, 0.75, kSeed, 0, kMemories[round % 2], scratch, 2}, stop);
      REQUIRE(tiles.trainedCells() == bytes.size() / sizeof(CellRecord));
    } catch (const Failure& failure) {
      REQUIRE(failure.kind() == "data");
      refused++;
    }
  }
  REQUIRE(refused > 30);
}

/** Places to go on from that nobody ever left are refused, or trained from. */
void trainFromAnywhere(const std::string& cells, const std::string& scratch) {
  const size_t stride = kRowFloats;
  const AlignedMemory words(kWords * 2 * stride * sizeof(float)), contexts(kWords * 2 * stride * sizeof(float));
  const GloveRows rows = {static_cast<float*>(words.data()), static_cast<float*>(contexts.data()), stride, 8};
  fillRows(rows.words, stride, 8, 8);
  fillRows(rows.contexts, stride, 8, 9);
  std::atomic<bool> stop{false};
  const auto tiles = std::make_shared<const CellTiles>(
      cells, TileSettings{kWords, 100, 0.75, kSeed, 0, kMemories[0], scratch, 1}, stop);
  const uint32_t all = tiles->blocks() * tiles->blocks();
  Random random = Random().fork(11);
  uint32_t refused = 0;
  for (int round = 0; round < 100; round++) {
    GlovePosition from;
    from.nextTile = random.below(all + all / 4);
    from.losses.resize(random.below(10) == 0 ? all - 1 : all);
    for (uint32_t open = random.below(3); open > 0; open--) from.open.push_back({random.below(all), random.below(100)});
    try {
      GloveTrainer({rows, *instructionSets().front().glove, 0.05f, kSeed, 2}, tiles).train(0, from);
    } catch (const Failure& failure) {
      REQUIRE(failure.kind() == "data");
      refused++;
    }
  }
  REQUIRE(refused > 20);
}

}  // namespace

void checkGlove(const std::string& folder) {
  const SpoolFiles files = {folder + "/glove-tokens", folder + "/glove-map"};
  const MadeSpool spool;
  writeFile(files.tokens, spool.tokens);
  writeFile(files.map, spool.map);
  countEverything(folder, files, spool);
  const std::string cells = folder + "/cooccurrence.bin";
  count(files, spool, {kWords, 15, true, kMemories[0], folder, 2}, cells, true);
  trainEverything(cells, folder);
  trainFromAnywhere(cells, folder);
  trainOnDamage(cells, folder);
}

}  // namespace wordmill
