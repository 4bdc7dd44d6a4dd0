#pragma once
#include <atomic>
#include <cstdint>
#include <functional>

namespace wordmill {

/**
 * Calls `work(thread)` on so many threads, the calling one (0) among them, and waits for all. When one throws, `stop`
 * is set, and the first thing thrown is thrown again once all have ended. Fewer run where the system gives no more.
 */
void onThreads(uint32_t threads, std::atomic<bool>& stop, const std::function<void(uint32_t)>& work);

/** The same for numbered tasks: each of `work(task)`, for tasks from 0, is called once, by whichever thread is free. */
void forEachTask(uint64_t tasks, uint32_t threads, std::atomic<bool>& stop, const std::function<void(uint64_t)>& work);

}  // namespace wordmill
