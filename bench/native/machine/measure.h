#pragma once
// Work in several threads at once, timed from their common start to the end of the last.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

/** Seconds of `work(thread)` in so many threads; the best of `runs`. */
template <class Work>
double bestSeconds(unsigned threads, int runs, Work work) {
  double best = 1e30;
  for (int run = 0; run < runs; run++) {
    std::atomic<unsigned> ready{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> running;
    for (unsigned thread = 0; thread < threads; thread++) {
      running.emplace_back([&, thread] {
        ready++;
        while (!go) std::this_thread::yield();
        work(thread);
      });
    }
    while (ready < threads) std::this_thread::yield();
    const auto start = std::chrono::steady_clock::now();
    go = true;
    for (std::thread& each : running) each.join();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

/** One line of JSON for a result. */
inline void report(const char* test, unsigned threads, double value, const char* unit) {
  std::printf("{\"test\":\"%s\",\"threads\":%u,\"value\":%.3f,\"unit\":\"%s\"}\n", test, threads, value, unit);
}
