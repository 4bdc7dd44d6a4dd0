#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace wordmill {

/** Where threads wait for one another: awake for some microseconds, then asleep, so that others can use the processor. */
class RoundBarrier {
 public:
  explicit RoundBarrier(uint32_t threads) : threads_(threads) {}

  /** Returns when all threads are here; the last to come first calls `last`, which must not throw. */
  template <class Last>
  void wait(Last last) {
    const uint32_t generation = generation_.load(std::memory_order_acquire);
    if (here_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      last();
      here_.store(0, std::memory_order_relaxed);
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        generation_.store(generation + 1, std::memory_order_release);
      }
      passed_.notify_all();
      return;
    }
    const auto isPassed = [&] { return generation_.load(std::memory_order_acquire) != generation; };
    for (int i = 0; i < kSpins; i++) {
      if (isPassed()) return;
      pause();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    passed_.wait(lock, isPassed);
  }

 private:
  static constexpr int kSpins = 2000;

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  const uint32_t threads_;
  std::atomic<uint32_t> here_{0};
  std::atomic<uint32_t> generation_{0};
  std::mutex mutex_;
  std::condition_variable passed_;
};

}  // namespace wordmill
