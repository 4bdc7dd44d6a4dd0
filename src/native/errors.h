#pragma once
#include <new>

#include <napi.h>

#include "failure.h"

namespace wordmill {

/** A JavaScript error with one of ErrorKind's names as `kind`; addon.ts makes a WordmillError of it. */
inline Napi::Error toError(Napi::Env env, const char* kind, const char* problem) {
  Napi::Error error = Napi::Error::New(env, problem);
  error.Set("kind", Napi::String::New(env, kind));
  return error;
}

/**
 * Calls a function and turns what it throws into JavaScript errors. Where there is no memory, none is asked for.
 */
template <class Function>
auto withErrors(Napi::Env env, const Function& function) -> decltype(function()) {
  try {
    return function();
  } catch (const Napi::Error&) {
    throw;
  } catch (const Failure& failure) {
    throw toError(env, failure.kind().c_str(), failure.what());
  } catch (const std::bad_alloc&) {
    throw toError(env, "outOfMemory", "no memory for the native engine's tables");
  } catch (const std::exception& error) {
    throw toError(env, "internal", error.what());
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
