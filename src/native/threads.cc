#include "threads.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace wordmill {

void onThreads(uint32_t threads, std::atomic<bool>& stop, const std::function<void(uint32_t)>& work) {
  std::mutex mutex;
  std::exception_ptr first;
  const auto guarded = [&](uint32_t thread) {
    try {
      work(thread);
    } catch (...) {
      stop = true;
      const std::lock_guard<std::mutex> lock(mutex);
      if (!first) first = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  others.reserve(threads);
  try {
    for (uint32_t thread = 1; thread < threads; thread++) others.emplace_back(guarded, thread);
  } catch (const std::exception&) {
    // No more to be had, or no memory for one: those that run share the tasks.
  }
  guarded(0);
  for (std::thread& other : others) other.join();
  if (first) std::rethrow_exception(first);
}

void forEachTask(uint64_t tasks, uint32_t threads, std::atomic<bool>& stop, const std::function<void(uint64_t)>& work) {
  std::atomic<uint64_t> next{0};
  const uint32_t most = static_cast<uint32_t>(std::min<uint64_t>(threads, std::max<uint64_t>(tasks, 1)));
  onThreads(most, stop, [&](uint32_t) {
    for (uint64_t task; !stop && (task = next.fetch_add(1)) < tasks;) work(task);
  });
}

}  // namespace wordmill
