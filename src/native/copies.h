#pragma once
// Small helpers for what goes to JavaScript.
#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include <napi.h>

#include "errors.h"

namespace wordmill {

/**
 * A typed array of zeros. JavaScript makes the buffer: where there is no memory that throws, while Node-API's own function
 * ends the process.
 */
template <class Array>
Array newArray(Napi::Env env, size_t length) {
  using Number = std::remove_pointer_t<decltype(std::declval<Array>().Data())>;
  const auto make = env.Global().Get("ArrayBuffer").As<Napi::Function>();
  const auto bytes = Napi::Number::New(env, static_cast<double>(length * sizeof(Number)));
  return Array::New(env, length, make.New({bytes}).template As<Napi::ArrayBuffer>(), 0);
}

/** A typed array with a copy of some numbers. */
template <class Array, class Number>
Array copyOf(Napi::Env env, const Number* numbers, size_t length) {
  Array array = newArray<Array>(env, length);
  std::copy_n(numbers, length, array.Data());
  return array;
}

/** Gives an object a method; what it throws becomes a JavaScript error. */
template <class Method>
void setMethod(const Napi::Object& object, const char* name, Method method) {
  object.Set(name, Napi::Function::New(object.Env(), [method](const Napi::CallbackInfo& info) -> Napi::Value {
               return withErrors(info.Env(), [&]() -> Napi::Value { return method(info); });
             }));
}

}  // namespace wordmill
