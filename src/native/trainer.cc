#include "trainer.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <future>
#include <new>
#include <thread>

#include "failure.h"
#include "own_rows.h"
#include "rounds.h"
#include "scratch.h"

namespace wordmill {

namespace {

constexpr double kLearningRateFloor = 0.0001;  // as in src/train/learning-rate.ts

/** How many words a thread keeps to itself before it tells the others. */
constexpr uint64_t kWordsToShare = 2000;

}  // namespace

/** One thread: draws groups and trains on them. */
class Worker : public GroupSink {
 public:
  explicit Worker(Trainer& trainer)
      : trainer_(trainer),
        source_(trainer.data_->source()),
        scratch_(trainer.data_->mostContexts(), trainer.data_->mostOutputs(), trainer.settings_.rows.stride,
                 trainer.settings_.rows.frozen != nullptr),
        rows_(trainer.settings_.rows),
        wordsSeen_(trainer.words_) {
    const TrainingSettings& settings = trainer.settings_;
    if (settings.subwords) {
      span_ = std::make_unique<SubwordSpan>(*settings.subwords, settings.rows, *settings.kernels, settings.train);
    } else if (settings.loss == Loss::kHierarchical && settings.threads > 1) {
      own_ = std::make_unique<OwnRows>(settings.rows);
      rows_ = own_->in(settings.rows);
    }
  }

  void run() {
    const uint64_t chunks = trainer_.data_->chunkCount();
    const uint64_t all = chunks * trainer_.settings_.epochs;
    for (uint64_t next; !trainer_.stopped() && (next = trainer_.nextChunk_.fetch_add(1)) < all;) {
      epoch_ = static_cast<uint32_t>(next / chunks);
      source_->open(trainer_.settings_.firstEpoch + epoch_, next % chunks);
      source_->draw(GroupSource::kAll, *this);
      if (span_) span_->finish();
      shareLoss();
    }
    shareWords();
  }

  float startSentence(uint32_t words) override {
    const double rate = trainer_.rateAfter(wordsSeen_ + ownWords_);
    ownWords_ += words;
    if (ownWords_ >= kWordsToShare) shareWords();
    return static_cast<float>(rate);
  }

  bool consume(const Batch& batch) override {
    if (trainer_.stopped()) return false;
    if (span_) span_->train(batch.view(), scratch_.view());
    else trainer_.settings_.train(rows_, batch.view(), scratch_.view());
    if (own_) own_->exchange();
    loss_ += scratch_.takeLoss();
    predictions_ += trainer_.settings_.model == Model::kCbow ? batch.groupCount() : batch.pairCount();
    if (!std::isfinite(loss_)) {
      throw Failure("data", "the loss is no longer a finite number: training has diverged");
    }
    if (predictions_ >= kPredictionsToShare) shareLoss();
    return true;
  }

 private:
  static constexpr uint64_t kPredictionsToShare = 100'000;

  void shareWords() {
    wordsSeen_ = trainer_.words_.fetch_add(ownWords_, std::memory_order_relaxed) + ownWords_;
    ownWords_ = 0;
  }

  void shareLoss() {
    trainer_.addLoss(epoch_, loss_, predictions_);
    loss_ = 0;
    predictions_ = 0;
  }

  Trainer& trainer_;
  std::unique_ptr<GroupSource> source_;
  Scratch scratch_;
  std::unique_ptr<SubwordSpan> span_;  // where there are subwords
  std::unique_ptr<OwnRows> own_;       // of hierarchical softmax on several threads
  TrainingRows rows_;
  uint32_t epoch_ = 0;       // of those that this run trains
  uint64_t wordsSeen_;       // all threads', as of when this one last shared its own
  uint64_t ownWords_ = 0;   // since then
  double loss_ = 0;
  uint64_t predictions_ = 0;
};

Trainer::Trainer(TrainingSettings settings, std::unique_ptr<TrainingData> data)
    : settings_(settings), data_(std::move(data)), lossByEpoch_(settings.epochs) {}

void Trainer::run() {
  const uint64_t words = settings_.wordsPerEpoch > 0 ? settings_.wordsPerEpoch : data_->countWords(stopped_);
  totalWords_ = words * settings_.totalEpochs;
  words_ = words * settings_.firstEpoch;
  if (settings_.deterministic) {
    runRounds();
  } else {
    runOnThreads(data_->chunkCount() * settings_.epochs, [this](uint32_t) { guarded([this] { Worker(*this).run(); }); });
  }
  if (!failureKind_.empty()) throw Failure(failureKind_, failureProblem_);
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

void Trainer::guarded(const std::function<void()>& work) {
  try {
    work();
  } catch (const Failure& failure) {
    fail(failure.kind(), failure.what());
  } catch (const std::bad_alloc&) {
    fail("outOfMemory", "no memory for a training thread's working space");
  } catch (const std::exception& error) {
    fail("internal", error.what());
  }
}

void Trainer::fail(const std::string& kind, const std::string& problem) {
  stopped_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!failureKind_.empty()) return;
  failureKind_ = kind;
  failureProblem_ = problem;
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
