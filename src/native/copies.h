#pragma once
// Small helpers for what goes to JavaScript.
#include <algorithm>
#include <cstddef>
#include <string>

#include <napi.h>

#include "errors.h"

namespace wordmill {

/** A typed array with a copy of some numbers. */
template <class Array, class Number>
Array copyOf(Napi::Env env, const Number* numbers, size_t length) {
  Array array = Array::New(env, length);
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
