#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cell_sink.h"
#include "spool_reader.h"
#include "token_segment.h"

namespace wordmill {

/** What is counted, and how (docs/glove.md, "Counting"). */
struct CooccurrenceSettings {
  uint32_t words;
  uint32_t window;
  bool symmetric;
  uint64_t memoryBytes;
  std::string scratch;  // a folder
  uint32_t threads;
};

/**
 * Counts co-occurrences of a corpus. As much of it as the memory has room for is counted at once: a row's word is looked
 * up wherever it stands, and its contexts are summed by column. Of several such parts, each leaves a file of sorted
 * sums, and these are merged.
 */
class CooccurrenceCounter {
 public:
  CooccurrenceCounter(CooccurrenceSettings settings, std::unique_ptr<Spool> spool);

  /** Gives a sink all cells. @throws Failure as the parts do. */
  void run(CellSink& sink);

  void abort() { stop_ = true; }
  const std::atomic<bool>& stopped() const { return stop_; }
  std::atomic<bool>& stopFlag() { return stop_; }
  /** Tokens counted so far. May be called from any thread. */
  uint64_t wordsDone() const { return wordsDone_.load(std::memory_order_relaxed); }

 private:
  struct Run;
  class Worker;

  void chooseRanges(const TokenSegment& segment);
  void countSegment(const TokenSegment& segment, CellSink& sink, double unit);
  void merge(const std::vector<std::unique_ptr<Run>>& runs, CellSink& sink);

  const CooccurrenceSettings settings_;
  const std::unique_ptr<Spool> spool_;
  std::vector<uint32_t> weights_;  // by distance, in units
  double unit_;                    // how many make 1
  std::vector<uint32_t> rangeStarts_;  // rows that are counted together; at the end the number of words
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> wordsDone_{0};
};

}  // namespace wordmill
