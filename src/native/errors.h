#pragma once
#include <new>

#include <napi.h>

#include "failure.h"

namespace wordmill {

/** A JavaScript error with the failure's `kind`; addon.ts makes a WordmillError of it. */
inline Napi::Error toError(Napi::Env env, const Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.what());
  error.Set("kind", Napi::String::New(env, failure.kind()));
  return error;
}

/** Calls a function and turns what it throws into JavaScript errors. */
template <class Function>
auto withErrors(Napi::Env env, Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const Failure& failure) {
    throw toError(env, failure);
  } catch (const std::bad_alloc&) {
    throw toError(env, Failure("outOfMemory", "no memory for the native engine's tables"));
  }
}

}  // namespace wordmill
