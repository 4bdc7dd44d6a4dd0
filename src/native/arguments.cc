#include "arguments.h"

#include <cmath>

namespace wordmill {

namespace {

constexpr uint32_t kMostThreads = 1'024;
constexpr double kLargestWhole = 9007199254740991;  // 2^53 - 1

bool isWhole(double value) { return value >= 0 && value <= kLargestWhole && value == std::floor(value); }

}  // namespace

Arguments::Arguments(const Napi::Value& value, std::string path) : path_(std::move(path)) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), path_ + " must be an object");
  object_ = value.As<Napi::Object>();
}

bool Arguments::has(const char* key) const { return !object_.Get(key).IsUndefined(); }

Napi::Value Arguments::get(const char* key) const { return object_.Get(key); }

Arguments Arguments::object(const char* key) const { return Arguments(get(key), path_ + "." + key); }

std::string Arguments::string(const char* key) const {
  const Napi::Value value = get(key);
  if (!value.IsString()) wrongType(key, "a string");
  return value.As<Napi::String>().Utf8Value();
}

bool Arguments::boolean(const char* key) const {
  const Napi::Value value = get(key);
  if (!value.IsBoolean()) wrongType(key, "true or false");
  return value.As<Napi::Boolean>().Value();
}

double Arguments::nonNegative(const char* key) const {
  const Napi::Value value = get(key);
  if (!value.IsNumber()) wrongType(key, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0 && std::isfinite(number))) outOfRange(key, "a number of at least 0");
  return number;
}

uint64_t Arguments::whole(const char* key, uint64_t least, uint64_t most) const {
  const Napi::Value value = get(key);
  if (!value.IsNumber()) wrongType(key, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!isWhole(number) || static_cast<uint64_t>(number) < least || static_cast<uint64_t>(number) > most) {
    outOfRange(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<uint64_t>(number);
}

uint32_t Arguments::threads() const { return whole32("threads", 1, kMostThreads); }

Napi::Uint32Array Arguments::uint32s(const char* key, int64_t length) const {
  return typedArray(key, napi_uint32_array, "a Uint32Array", length).As<Napi::Uint32Array>();
}

Napi::Uint8Array Arguments::uint8s(const char* key, int64_t length) const {
  return typedArray(key, napi_uint8_array, "a Uint8Array", length).As<Napi::Uint8Array>();
}

Napi::Float32Array Arguments::float32s(const char* key) const {
  return typedArray(key, napi_float32_array, "a Float32Array", -1).As<Napi::Float32Array>();
}

Napi::Float64Array Arguments::float64s(const char* key, int64_t length) const {
  return typedArray(key, napi_float64_array, "a Float64Array", length).As<Napi::Float64Array>();
}

Napi::Uint8Array Arguments::bytes(const char* key) const {
  return typedArray(key, napi_uint8_array, "a Uint8Array", -1).As<Napi::Uint8Array>();
}

std::vector<uint64_t> Arguments::wholes(const char* key, int64_t length) const {
  const Napi::Float64Array array = float64s(key, length);
  std::vector<uint64_t> wholes(array.ElementLength());
  for (size_t i = 0; i < wholes.size(); i++) {
    if (!isWhole(array[i])) outOfRange(key, "whole numbers from 0 on");
    wholes[i] = static_cast<uint64_t>(array[i]);
  }
  return wholes;
}

Napi::TypedArray Arguments::typedArray(const char* key, napi_typedarray_type type, const char* name,
                                       int64_t length) const {
  const Napi::Value value = get(key);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) wrongType(key, name);
  const auto array = value.As<Napi::TypedArray>();
  if (length >= 0 && array.ElementLength() != static_cast<size_t>(length)) {
    outOfRange(key, std::string(name) + " of " + std::to_string(length) + " entries, not " +
                        std::to_string(array.ElementLength()));
  }
  return array;
}

void Arguments::wrongType(const char* key, const std::string& wanted) const {
  throw Napi::TypeError::New(object_.Env(), path_ + "." + key + " must be " + wanted);
}

void Arguments::outOfRange(const char* key, const std::string& wanted) const {
  throw Napi::RangeError::New(object_.Env(), path_ + "." + key + " must be " + wanted);
}

}  // namespace wordmill
