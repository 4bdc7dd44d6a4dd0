#include "cooccurrence.h"

#include <algorithm>

#include "failure.h"
#include "ordered_file.h"
#include "row_counter.h"
#include "threads.h"

namespace wordmill {

namespace {

/** Occurrences of words whose rows are counted together, or a little more. */
constexpr uint64_t kRange = 16'384;

/** How many occurrences ahead the text around one is fetched. */
constexpr uint32_t kAhead = 12;

/** Past this window 1/distance is rounded to so many parts; up to it units are whole. */
constexpr uint32_t kExactWindow = 22;
constexpr uint32_t kRoundedUnit = 1u << 30;

uint64_t greatestCommonDivisor(uint64_t a, uint64_t b) { return b == 0 ? a : greatestCommonDivisor(b, a % b); }

uint32_t unitFor(uint32_t window) {
  if (window > kExactWindow) return kRoundedUnit;
  uint64_t multiple = 1;
  for (uint32_t distance = 2; distance <= window; distance++) {
    multiple = multiple / greatestCommonDivisor(multiple, distance) * distance;
  }
  return static_cast<uint32_t>(multiple);
}

}  // namespace

/** The sorted sums of one part of the corpus, in a scratch file. */
struct CooccurrenceCounter::Run : public CellSink {
  Run(const std::string& path, const std::atomic<bool>& stop, size_t ranges) : file(path, stop), starts(ranges) {}

  void take(uint64_t number, const std::vector<CellRecord>& cells) override {
    starts[number] = file.write(number, cells.data(), cells.size() * sizeof(CellRecord)) / sizeof(CellRecord);
  }

  OrderedFile file;
  std::vector<uint64_t> starts;  // of each range, in records
  std::unique_ptr<CellFile> cells;
};

/** One thread: counts rows, or adds up those of several runs. */
class CooccurrenceCounter::Worker {
 public:
  explicit Worker(const CooccurrenceCounter& counter)
      : counter_(counter), small_(counter.settings_.words), large_(counter.settings_.words) {
    for (const uint32_t weight : counter.weights_) unitsOfOccurrence_ += weight;
    unitsOfOccurrence_ *= 2;
  }

  const std::vector<CellRecord>& cells() const { return cells_; }

  void count(const TokenSegment& segment, uint64_t range, double unit) {
    cells_.clear();
    for (uint32_t row = counter_.rangeStarts_[range]; row < counter_.rangeStarts_[range + 1]; row++) {
      // Sums of 32 bits take half the cache; most rows cannot reach more.
      if (segment.occurrences(row) * unitsOfOccurrence_ <= UINT32_MAX) countRow(segment, row, unit, small_);
      else countRow(segment, row, unit, large_);
    }
  }

  void merge(const std::vector<std::unique_ptr<Run>>& runs, uint64_t range) {
    cells_.clear();
    std::vector<uint64_t> next, end;
    for (const auto& run : runs) {
      next.push_back(run->starts[range]);
      end.push_back(range + 1 < run->starts.size() ? run->starts[range + 1] : run->cells->size());
    }
    for (uint32_t row = counter_.rangeStarts_[range]; row < counter_.rangeStarts_[range + 1]; row++) {
      for (size_t i = 0; i < runs.size(); i++) {
        for (; next[i] < end[i]; next[i]++) {
          const CellRecord cell = runs[i]->cells->at(next[i]);
          if (static_cast<uint32_t>(cell.row) != row + 1) break;
          large_.add(static_cast<uint32_t>(cell.column - 1), static_cast<uint64_t>(cell.value));
        }
      }
      drain(row, counter_.unit_, large_);
    }
  }

 private:
  template <class Unit>
  void countRow(const TokenSegment& segment, uint32_t row, double unit, RowCounter<Unit>& sums) {
    const uint32_t* const positions = segment.positions(row);
    const uint32_t* const tokens = segment.tokens();
    const uint32_t occurrences = segment.occurrences(row);
    const uint32_t* const weights = counter_.weights_.data();
    const size_t window = counter_.settings_.window;
    const bool symmetric = counter_.settings_.symmetric;
    for (uint32_t i = 0; i < occurrences; i++) {
      if (i + kAhead < occurrences) __builtin_prefetch(tokens + positions[i + kAhead]);
      const uint32_t* const here = tokens + positions[i];
      for (size_t distance = 1; distance <= window; distance++) {
        if (here[distance] == TokenSegment::kEnd) break;
        sums.add(here[distance], weights[distance - 1]);
      }
      if (!symmetric) continue;
      for (size_t distance = 1; distance <= window; distance++) {
        if (*(here - distance) == TokenSegment::kEnd) break;
        sums.add(*(here - distance), weights[distance - 1]);
      }
    }
    drain(row, unit, sums);
  }

  template <class Unit>
  void drain(uint32_t row, double unit, RowCounter<Unit>& sums) {
    sums.drain([&](uint32_t column, Unit sum) {
      cells_.push_back({static_cast<int32_t>(row + 1), static_cast<int32_t>(column + 1), static_cast<double>(sum) / unit});
    });
  }

  const CooccurrenceCounter& counter_;
  RowCounter<uint32_t> small_;
  RowCounter<uint64_t> large_;
  uint64_t unitsOfOccurrence_ = 0;
  std::vector<CellRecord> cells_;
};

CooccurrenceCounter::CooccurrenceCounter(CooccurrenceSettings settings, std::unique_ptr<Spool> spool)
    : settings_(std::move(settings)), spool_(std::move(spool)) {
  const uint32_t unit = unitFor(settings_.window);
  unit_ = unit;
  for (uint32_t distance = 1; distance <= settings_.window; distance++) {
    weights_.push_back((2 * uint64_t{unit} / distance + 1) / 2);  // rounded, where it is no whole number
  }
}

void CooccurrenceCounter::run(CellSink& sink) {
  const size_t chunks = spool_->chunks().size();
  std::vector<std::unique_ptr<Run>> runs;
  for (size_t first = 0, end; first < chunks && !stop_; first = end) {
    end = TokenSegment::fitting(*spool_, first, settings_.memoryBytes);
    const TokenSegment segment(*spool_, first, end, settings_.words, settings_.threads, stop_);
    if (rangeStarts_.empty()) chooseRanges(segment);
    if (first == 0 && end == chunks) return countSegment(segment, sink, unit_);
    const std::string path = settings_.scratch + "/run-" + std::to_string(runs.size());
    runs.push_back(std::make_unique<Run>(path, stop_, rangeStarts_.size() - 1));
    countSegment(segment, *runs.back(), 1);
  }
  if (!stop_) merge(runs, sink);
}

/** Cuts the rows into ranges of about equal work, by how often words occur in the first part. */
void CooccurrenceCounter::chooseRanges(const TokenSegment& segment) {
  uint64_t inRange = kRange;
  for (uint32_t row = 0; row < settings_.words; row++) {
    if (inRange >= kRange) {
      rangeStarts_.push_back(row);
      inRange = 0;
    }
    inRange += segment.occurrences(row) + 1;
  }
  rangeStarts_.push_back(settings_.words);
}

void CooccurrenceCounter::countSegment(const TokenSegment& segment, CellSink& sink, double unit) {
  const uint64_t ranges = rangeStarts_.size() - 1;
  std::atomic<uint64_t> next{0};
  onThreads(settings_.threads, stop_, [&](uint32_t) {
    Worker worker(*this);
    for (uint64_t range; !stop_ && (range = next.fetch_add(1)) < ranges;) {
      worker.count(segment, range, unit);
      sink.take(range, worker.cells());
      uint64_t words = 0;
      for (uint32_t row = rangeStarts_[range]; row < rangeStarts_[range + 1]; row++) words += segment.occurrences(row);
      wordsDone_.fetch_add(words, std::memory_order_relaxed);
    }
  });
}

void CooccurrenceCounter::merge(const std::vector<std::unique_ptr<Run>>& runs, CellSink& sink) {
  for (const auto& run : runs) run->cells = std::make_unique<CellFile>(run->file.path(), settings_.words);
  const uint64_t ranges = rangeStarts_.empty() ? 0 : rangeStarts_.size() - 1;
  std::atomic<uint64_t> next{0};
  onThreads(settings_.threads, stop_, [&](uint32_t) {
    Worker worker(*this);
    for (uint64_t range; !stop_ && (range = next.fetch_add(1)) < ranges;) {
      worker.merge(runs, range);
      sink.take(range, worker.cells());
    }
  });
}

}  // namespace wordmill
