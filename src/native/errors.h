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

/** What a failed allocation is told as. */
inline Failure noMemory() { return Failure("outOfMemory", "no memory for the native engine's tables"); }

/** Calls a function and turns what it throws into JavaScript errors. */
template <class Function>
auto withErrors(Napi::Env env, Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const Failure& failure) {
    throw toError(env, failure);
  } catch (const std::bad_alloc&) {
    throw toError(env, noMemory());
  }
}

/** Resolves a promise to what a function makes on JavaScript's thread, or rejects it with what that throws. */
template <class Function>
void settle(Napi::Env env, const Napi::Promise::Deferred& deferred, const Function& result) {
  try {
    deferred.Resolve(withErrors(env, [&]() -> Napi::Value { return result(env); }));
  } catch (const Napi::Error& error) {
    deferred.Reject(error.Value());
  }
}

}  // namespace wordmill
