#include "pair_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "failure.h"

namespace wordmill {

namespace {

/** Pairs that share a key and a learning rate, as if they were a sentence (docs/sampling.md, "Pairs from outside"). */
constexpr uint64_t kRun = 1024;
constexpr uint64_t kRunsInChunk = 16;

struct Record {
  uint32_t context;
  uint32_t target;
  float weight;
};
static_assert(sizeof(Record) == 12);

}  // namespace

PairData::PairData(const std::string& path, uint64_t pairs, uint32_t vocabularySize, uint32_t seed,
                   Part part, OutputSettings outputs)
    : file_(path),
      pairs_(pairs),
      vocabularySize_(vocabularySize),
      seed_(seed),
      part_(part),
      outputs_(std::move(outputs)) {
  if (pairs > UINT64_MAX / sizeof(Record)) throw Failure("data", path + ": impossible number of pairs");
  file_.requireSize(pairs * sizeof(Record));
}

size_t PairData::chunkCount() const {
  constexpr uint64_t kChunk = kRun * kRunsInChunk;
  return static_cast<size_t>((pairs_ + kChunk - 1) / kChunk);
}

uint64_t PairData::countWords(const std::atomic<bool>& stopped) const {
  if (part_.isWhole()) return pairs_;
  uint64_t words = 0;
  for (uint64_t run = 0; run * kRun < pairs_ && !stopped; run++) words += countRun(run);
  return words;
}

uint64_t PairData::countRun(uint64_t run) const {
  const uint64_t pairs = std::min(kRun, pairs_ - run * kRun);
  if (part_.isWhole()) return pairs;
  Random draws = part_.drawsOf(run);
  uint64_t count = 0;
  for (uint64_t pair = 0; pair < pairs; pair++) count += part_.takes(draws);
  return count;
}

class PairSource : public GroupSource {
 public:
  explicit PairSource(const PairData& data) : data_(data), batch_(data.mostContexts(), data.outputs_) {}

  void open(uint32_t epoch, size_t chunk) override {
    streams_ = Random().fork(data_.seed_).fork(kNegativesStream).fork(epoch);
    batch_.clear();
    const uint64_t runs = (data_.pairs_ + kRun - 1) / kRun;
    run_ = chunk * kRunsInChunk;
    runsEnd_ = std::min(runs, run_ + kRunsInChunk);
    pair_ = pairsEnd_ = 0;
  }

  bool draw(uint64_t most, GroupSink& sink) override {
    groupsLeft_ = most;
    while (groupsLeft_ > 0) {
      if (pair_ == pairsEnd_ && !nextRun(sink)) return false;
      if (!drawPairs(sink)) return false;
    }
    return true;
  }

 private:
  bool nextRun(GroupSink& sink) {
    if (run_ == runsEnd_) return false;
    random_ = streams_.fork(static_cast<uint32_t>(run_));
    rate_ = sink.startSentence(static_cast<uint32_t>(data_.countRun(run_)));
    batch_.startSentence();
    held_ = data_.part_.drawsOf(run_);
    pair_ = run_ * kRun;
    pairsEnd_ = std::min(data_.pairs_, pair_ + kRun);
    run_++;
    return true;
  }

  bool drawPairs(GroupSink& sink) {
    for (; pair_ < pairsEnd_ && groupsLeft_ > 0; pair_++) {
      if (!data_.part_.isWhole() && !data_.part_.takes(held_)) continue;
      const Record record = recordAt(pair_);
      if (!batch_.hasRoom() && !flush(sink)) return false;
      *batch_.contexts() = record.context;
      batch_.add(1, record.target, random_, 0, rate_, record.weight);
      groupsLeft_--;
    }
    return flush(sink);
  }

  Record recordAt(uint64_t pair) const {
    Record record;
    std::memcpy(&record, data_.file_.data() + pair * sizeof record, sizeof record);
    const uint32_t largest = std::max(record.context, record.target);
    if (largest >= data_.vocabularySize_) {
      fail(pair, "has word " + std::to_string(largest) + " of a vocabulary of " + std::to_string(data_.vocabularySize_));
    }
    if (!std::isfinite(record.weight)) fail(pair, "has a weight that is not a number");
    return record;
  }

  [[noreturn]] void fail(uint64_t pair, const std::string& problem) const {
    throw Failure("data", data_.file_.path() + ": pair " + std::to_string(pair) + " " + problem);
  }

  bool flush(GroupSink& sink) {
    batch_.finish();
    const bool going = sink.consume(batch_);
    batch_.clear();
    return going;
  }

  const PairData& data_;
  Batch batch_;
  Random streams_, random_, held_;
  uint64_t run_ = 0, runsEnd_ = 0;    // the next run of the chunk, and the end of its runs
  uint64_t pair_ = 0, pairsEnd_ = 0;  // the next pair of the run that is open, and its end
  uint64_t groupsLeft_ = 0;           // that are still wanted
  float rate_ = 0;
};

std::unique_ptr<GroupSource> PairData::source() const { return std::make_unique<PairSource>(*this); }

}  // namespace wordmill
