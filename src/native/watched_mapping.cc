#include "watched_mapping.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>

namespace wordmill {

namespace {

constexpr int kSlots = 64;  // more mappings than that at a time are not watched
constexpr size_t kLongestPath = 1024;
constexpr int kInputOutputError = 74;  // EXIT_CODES.inputOutput in src/core/errors.ts

/** One mapping. A signal handler may read nothing but atomics, and what was written before them. */
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<uintptr_t> start{0}, end{0};
  char path[kLongestPath];
};

Slot slots[kSlots];
struct sigaction before;

void say(const char* text) {
  const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
  static_cast<void>(written);  // Nobody is left to tell.
}

void onBusError(int, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  for (const Slot& slot : slots) {
    if (address < slot.start || address >= slot.end) continue;
    say("wordmill: ");
    say(slot.path);
    say(": this file was cut off, or its disk failed, while it was read\n"
        "  Run again once nobody changes it. Files that are in use are to be replaced, not written over.\n");
    _exit(kInputOutputError);
  }
  // Not ours: the same instruction faults again, for whoever was there before.
  sigaction(SIGBUS, &before, nullptr);
}

void installHandler() {
  struct sigaction action {};
  action.sa_sigaction = onBusError;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &before);
}

}  // namespace

WatchedMapping::WatchedMapping(const void* start, size_t bytes, const std::string& path) {
  static std::once_flag installed;
  std::call_once(installed, installHandler);
  for (int number = 0; number < kSlots; number++) {
    Slot& slot = slots[number];
    if (slot.taken.exchange(true)) continue;
    slot.path[path.copy(slot.path, kLongestPath - 1)] = '\0';
    slot.end = reinterpret_cast<uintptr_t>(start) + bytes;
    slot.start = reinterpret_cast<uintptr_t>(start);
    slot_ = number;
    return;
  }
}

WatchedMapping::~WatchedMapping() {
  if (slot_ < 0) return;
  Slot& slot = slots[slot_];
  slot.end = 0;
  slot.start = 0;
  slot.taken = false;
}

}  // namespace wordmill
