#pragma once
#include <cstddef>

namespace wordmill {

/** Zeros, aligned to 64 bytes or more, in huge pages where they are large and the system has them. */
class AlignedMemory {
 public:
  /** @throws Failure `outOfMemory` that says how much was asked for, and what for. */
  AlignedMemory(size_t bytes, const char* purpose);
  ~AlignedMemory();
  AlignedMemory(const AlignedMemory&) = delete;
  AlignedMemory& operator=(const AlignedMemory&) = delete;

  void* data() const { return data_; }

 private:
  void* data_;
  size_t bytes_;
};

}  // namespace wordmill
