#include "aligned_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <string>

#include "failure.h"

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

namespace wordmill {

namespace {

constexpr size_t kHugePage = size_t{2} << 20;

size_t roundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

/** Maps zeros that start at a multiple of a huge page; null if there is no memory. */
void* mapHuge(size_t bytes) {
  const size_t asked = bytes + kHugePage;
  void* mapped = mmap(nullptr, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* start = static_cast<char*>(mapped);
  const size_t head = roundUp(reinterpret_cast<uintptr_t>(start), kHugePage) - reinterpret_cast<uintptr_t>(start);
  if (head > 0) munmap(start, head);
  if (kHugePage - head > 0) munmap(start + head + bytes, kHugePage - head);
#ifdef MADV_HUGEPAGE
  madvise(start + head, bytes, MADV_HUGEPAGE);  // Only advice: slower without, not wrong.
#endif
  return start + head;
}

/** Maps zeros; null if there is no memory. Small blocks stay small: a huge page each would waste memory. */
void* map(size_t bytes) {
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mapped == MAP_FAILED ? nullptr : mapped;
}

}  // namespace

AlignedMemory::AlignedMemory(size_t bytes, const char* purpose) : data_(nullptr), bytes_(0) {
  if (bytes <= SIZE_MAX / 2) {
    const bool huge = bytes >= 4 * kHugePage;
    // 64 KiB is the largest page in use on machines that this is written for.
    bytes_ = roundUp(bytes > 0 ? bytes : 1, huge ? kHugePage : size_t{65536});
    data_ = huge ? mapHuge(bytes_) : map(bytes_);
  }
  if (!data_) {
    throw Failure("outOfMemory", "no memory for " + std::string(purpose) + ": " + std::to_string(bytes) + " bytes were asked for");
  }
}

AlignedMemory::~AlignedMemory() { munmap(data_, bytes_); }

}  // namespace wordmill
