#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <napi.h>

namespace wordmill {

/** The properties of an options object, each checked as it is read: TypeError, or RangeError, names the one at fault. */
class Arguments {
 public:
  explicit Arguments(const Napi::Value& value, std::string path = "options");

  /** Whether it is there, and not `undefined`. */
  bool has(const char* key) const;
  Arguments object(const char* key) const;
  std::string string(const char* key) const;
  bool boolean(const char* key) const;
  /** A finite number of at least 0. */
  double nonNegative(const char* key) const;
  /** A whole number in a range. */
  uint64_t whole(const char* key, uint64_t least, uint64_t most) const;
  uint32_t whole32(const char* key, uint32_t least, uint32_t most = UINT32_MAX) const {
    return static_cast<uint32_t>(whole(key, least, most));
  }
  /** How many threads a call may use, its property `threads`. */
  uint32_t threads() const;
  /** A Uint32Array of a given length; any length if `length` is negative. */
  Napi::Uint32Array uint32s(const char* key, int64_t length = -1) const;
  Napi::Uint8Array uint8s(const char* key, int64_t length = -1) const;
  Napi::Float32Array float32s(const char* key) const;
  Napi::Float64Array float64s(const char* key, int64_t length = -1) const;
  /** A Uint8Array. */
  Napi::Uint8Array bytes(const char* key) const;
  /** A Float64Array of whole numbers of at least 0. */
  std::vector<uint64_t> wholes(const char* key, int64_t length = -1) const;

  /** Throw TypeError or RangeError: "options.key must be ...". */
  [[noreturn]] void wrongType(const char* key, const std::string& wanted) const;
  [[noreturn]] void outOfRange(const char* key, const std::string& wanted) const;

 private:
  Napi::Value get(const char* key) const;
  Napi::TypedArray typedArray(const char* key, napi_typedarray_type type, const char* name, int64_t length) const;

  Napi::Object object_;
  std::string path_;
};

}  // namespace wordmill
