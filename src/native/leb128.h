#pragma once
#include <cstddef>
#include <cstdint>

namespace wordmill {

/** Reads unsigned LEB128 numbers of at most 32 bits from a range of bytes, never past its end. */
class Leb128Reader {
 public:
  Leb128Reader(const uint8_t* start, const uint8_t* end) : position_(start), end_(end) {}

  /** False if the bytes end inside the number or it needs more than 32 bits. */
  bool read(uint32_t& value) {
    if (position_ < end_ && *position_ < 0x80) {
      value = *position_++;
      return true;
    }
    return readLong(value);
  }

  size_t remaining() const { return static_cast<size_t>(end_ - position_); }

 private:
  bool readLong(uint32_t& value) {
    uint64_t sum = 0;
    for (int shift = 0; shift < 35 && position_ < end_; shift += 7) {
      const uint8_t byte = *position_++;
      sum |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        value = static_cast<uint32_t>(sum);
        return sum <= 0xffffffffu;
      }
    }
    return false;
  }

  const uint8_t* position_;
  const uint8_t* end_;
};

}  // namespace wordmill
