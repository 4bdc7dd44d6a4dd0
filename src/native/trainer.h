#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "instruction_sets.h"
#include "kernel.h"
#include "subwords.h"
#include "training_data.h"
#include "training_position.h"

namespace wordmill {

/** What to do with the data, and how. */
struct TrainingSettings {
  /** Memory of others, which must last as long as the training runs. */
  TrainingRows rows;
  /** What `rows.frozen` points to, where rows are frozen. */
  std::shared_ptr<const std::vector<uint8_t>> frozen;
  /** The kernel that makes the updates. */
  TrainBatch train;
  const Kernels* kernels;
  /** What input vectors are composed of; null where each word has one row and no more. */
  std::shared_ptr<const SubwordTable> subwords;
  Model model;
  Loss loss;
  /** Rows of E. */
  size_t inputRows = 0;
  /** Whether the vectors are to be the same, bit for bit, on any number of threads. */
  bool deterministic = false;
  /** Where in the plan to begin (epochs from 0), for how many epochs to run, and how many the plan has in all. */
  uint32_t firstEpoch;
  uint32_t epochs;
  uint32_t totalEpochs;
  uint32_t threads;
  /** Where it starts. */
  double learningRate;
  /** What an epoch counts: words, or pairs; 0 where that must be counted first. */
  uint64_t wordsPerEpoch;
  /** Where in the epochs to go on; null: at their start. */
  std::shared_ptr<const TrainingPosition> from;
};

/** How far a training is. Words and epochs are those of the whole plan, losses those of this run. */
struct TrainingProgress {
  uint64_t words;       // or pairs, where pairs are trained on
  uint64_t totalWords;  // over all epochs; 0 until they have been counted
  double loss;          // the sum of all predictions' losses so far, in nats
  uint64_t predictions;
  double learningRate;
  uint32_t epoch;  // from 1
};

/**
 * Trains on any number of threads, for some epochs of a plan: running them one by one gives what running them all at
 * once gives. Threads take the next chunk from a shared counter, epoch by epoch, and do not wait
 * for one another between epochs; the draws for a sentence depend on (seed, epoch, sentence) alone.
 */
class Trainer {
 public:
  Trainer(TrainingSettings settings, std::unique_ptr<TrainingData> data);

  /**
   * Trains to the end, or until `abort` or `pause`. The calling thread is one of the threads.
   * @throws Failure `data` if the data is damaged or the loss is no number any more; std::bad_alloc; others are defects.
   */
  void run();

  /** Makes `run` return within the time of a few hundred groups. May be called from any thread. */
  void abort() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  /**
   * Makes `run` return as soon, at a place from which another training goes on as this one would have: bit for bit, with
   * one thread and in deterministic training. Each thread trains on something first. May be called from any thread.
   */
  void pause() { pausing_ = true; }
  /** After `run`: whether it was paused before its end. */
  bool isPaused() const { return isPaused_; }
  /** After a `run`: where it was paused, or its end. */
  TrainingPosition position() const;

  /** May be called from any thread while `run` runs. */
  TrainingProgress progress() const;

  /** After `run`, for the epochs that it ran; what was lost before the place that it went on from is in it. */
  const std::vector<EpochLoss>& lossByEpoch() const { return lossByEpoch_; }
  /** What an epoch counts, once it is known; 0 until then. */
  uint64_t wordsPerEpoch() const { return totalWords_ / settings_.totalEpochs; }
  /** Threads that ran: fewer than asked for where there is less work, or the system gave no more. */
  uint32_t threads() const { return threads_; }

 private:
  friend class Worker;
  friend class Rounds;

  /**
   * Does work, told the number of its thread, on this thread and as many others as are wanted, or can be had.
   *
   * @param most threads that there is work for.
   * @param begin called once they are there, and counted in `threads_`; some may be at work by then.
   */
  void runOnThreads(uint64_t most, const std::function<void(uint32_t)>& work, const std::function<void()>& begin = {});
  void runRounds();
  void goOnFrom(const TrainingPosition& from);
  /** Takes a chunk that was left, or else the next; returns false where there is none. */
  bool takeChunk(OpenChunk& chunk);
  /** Says that a chunk was left before its end. */
  void leave(const OpenChunk& chunk);
  /** Calls `work`; what it throws ends the training. */
  template <class Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (...) {
      fail(std::current_exception());
    }
  }
  void fail(std::exception_ptr thrown);
  void addLoss(uint32_t epoch, double loss, uint64_t predictions);
  double rateAfter(uint64_t words) const;

  const TrainingSettings settings_;
  const std::unique_ptr<TrainingData> data_;
  uint32_t threads_ = 1;
  std::atomic<uint64_t> nextChunk_{0};
  std::atomic<uint64_t> words_{0};
  std::atomic<uint64_t> totalWords_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<bool> pausing_{false};
  bool isPaused_ = false;
  mutable std::mutex mutex_;  // guards what follows
  double loss_ = 0;
  uint64_t predictions_ = 0;
  std::vector<EpochLoss> lossByEpoch_;
  std::vector<OpenChunk> open_;  // chunks that were left, and that nobody has taken again
  std::exception_ptr thrown_;  // by the first thread that threw
};

}  // namespace wordmill
