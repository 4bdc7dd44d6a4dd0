#include "trainer.h"

#include <algorithm>
#include <exception>
#include <future>
#include <thread>
#include <utility>

#include "failure.h"
#include "rounds.h"
#include "worker.h"

namespace wordmill {

namespace {

constexpr double kLearningRateFloor = 0.0001;  // as in src/train/learning-rate.ts

}  // namespace

Trainer::Trainer(TrainingSettings settings, std::unique_ptr<TrainingData> data)
    : settings_(settings), data_(std::move(data)), lossByEpoch_(settings.epochs) {}

void Trainer::run() {
  const uint64_t words = settings_.wordsPerEpoch > 0 ? settings_.wordsPerEpoch : data_->countWords(stopped_);
  totalWords_ = words * settings_.totalEpochs;
  words_ = words * settings_.firstEpoch;
  if (settings_.from) goOnFrom(*settings_.from);
  if (settings_.deterministic) {
    runRounds();
  } else {
    runOnThreads(data_->chunkCount() * settings_.epochs, [this](uint32_t) { guarded([this] { Worker(*this).run(); }); });
    isPaused_ = pausing_ && (!open_.empty() || nextChunk_ < data_->chunkCount() * settings_.epochs);
  }
  if (thrown_) std::rethrow_exception(thrown_);
}

void Trainer::goOnFrom(const TrainingPosition& from) {
  const uint64_t all = data_->chunkCount() * settings_.epochs;
  bool isInside = from.nextChunk <= all && from.losses.size() == settings_.epochs;
  for (const OpenChunk& chunk : from.open) isInside &= chunk.chunk < from.nextChunk && chunk.shard < Rounds::kShards;
  if (!isInside) throw Failure("data", "the place to go on from lies outside the data: it is of other data, or damaged");
  nextChunk_ = from.nextChunk;
  words_ = from.words;
  open_ = from.open;
  lossByEpoch_ = from.losses;
}

bool Trainer::takeChunk(OpenChunk& chunk) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!open_.empty()) {
      chunk = open_.back();
      open_.pop_back();
      return true;
    }
  }
  chunk = {};
  chunk.chunk = nextChunk_.fetch_add(1);
  return chunk.chunk < data_->chunkCount() * settings_.epochs;
}

void Trainer::leave(const OpenChunk& chunk) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.push_back(chunk);
}

TrainingPosition Trainer::position() const {
  return {std::min<uint64_t>(nextChunk_, data_->chunkCount() * settings_.epochs), words_, open_, lossByEpoch_};
}

void Trainer::runRounds() {
  constexpr uint64_t kMost = Rounds::kShards;
  // Threads need to know how many they are before they begin.
  std::promise<Rounds*> begin;
  const std::shared_future<Rounds*> begun = begin.get_future().share();
  std::unique_ptr<Rounds> rounds;
  runOnThreads(
      std::min<uint64_t>(kMost, data_->chunkCount()),
      [begun](uint32_t thread) {
        if (Rounds* const rounds = begun.get()) rounds->work(thread);
      },
      [&] {
        guarded([&] { rounds = std::make_unique<Rounds>(*this, threads_); });
        begin.set_value(rounds.get());
      });
}

void Trainer::runOnThreads(uint64_t most, const std::function<void(uint32_t)>& work, const std::function<void()>& begin) {
  const uint32_t wanted = static_cast<uint32_t>(std::min<uint64_t>(settings_.threads, std::max<uint64_t>(most, 1)));
  std::vector<std::thread> others;
  try {
    others.reserve(wanted - 1);
    while (others.size() + 1 < wanted) others.emplace_back(work, static_cast<uint32_t>(others.size() + 1));
  } catch (const std::exception&) {
    // No more threads to be had, or no memory for one: those that run share the work.
  }
  threads_ = static_cast<uint32_t>(others.size() + 1);
  if (begin) begin();
  work(0);
  for (std::thread& other : others) other.join();
}

TrainingProgress Trainer::progress() const {
  const uint64_t chunks = std::max<uint64_t>(1, data_->chunkCount());
  const uint64_t started = std::max<uint64_t>(1, nextChunk_.load()) - 1;
  const uint64_t epoch = settings_.firstEpoch + std::min<uint64_t>(started / chunks + 1, settings_.epochs);
  const uint64_t words = words_.load(std::memory_order_relaxed);
  const std::lock_guard<std::mutex> lock(mutex_);
  return {words, totalWords_, loss_, predictions_, rateAfter(words), static_cast<uint32_t>(epoch)};
}

void Trainer::fail(std::exception_ptr thrown) {
  stopped_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!thrown_) thrown_ = std::move(thrown);
}

void Trainer::addLoss(uint32_t epoch, double loss, uint64_t predictions) {
  const std::lock_guard<std::mutex> lock(mutex_);
  loss_ += loss;
  predictions_ += predictions;
  lossByEpoch_[epoch].loss += loss;
  lossByEpoch_[epoch].predictions += predictions;
}

double Trainer::rateAfter(uint64_t words) const {
  const double total = static_cast<double>(totalWords_.load(std::memory_order_relaxed));
  if (total <= 0) return settings_.learningRate;
  return settings_.learningRate * std::max(kLearningRateFloor, 1 - static_cast<double>(words) / total);
}

}  // namespace wordmill
