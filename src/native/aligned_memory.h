#pragma once
#include <cstddef>
#include <cstring>
#include <new>

namespace wordmill {

/** Zeros, aligned to 64 bytes. */
class AlignedMemory {
 public:
  /** @throws std::bad_alloc */
  explicit AlignedMemory(size_t bytes) : data_(::operator new(bytes, kAlignment)) { std::memset(data_, 0, bytes); }
  ~AlignedMemory() { ::operator delete(data_, kAlignment); }
  AlignedMemory(const AlignedMemory&) = delete;
  AlignedMemory& operator=(const AlignedMemory&) = delete;

  void* data() const { return data_; }

 private:
  static constexpr std::align_val_t kAlignment{64};

  void* data_;
};

}  // namespace wordmill
