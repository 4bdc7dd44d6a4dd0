#pragma once
#include <functional>

#include <napi.h>

namespace wordmill {

/** Work for a thread of its own. Its functions own what they use; they are destroyed on JavaScript's thread. */
struct LongWork {
  /** Runs on the thread. What it throws rejects the promise. */
  std::function<void()> run;
  /** Runs on JavaScript's thread once `run` has ended: what the promise resolves to. */
  std::function<Napi::Value(Napi::Env)> result;
  /** How much is done, for JavaScript. Called on its thread while `run` runs, and after. */
  std::function<Napi::Value(Napi::Env)> progress;
  /** Makes `run` return soon. May be called at any time. */
  std::function<void()> abort;
  /** Makes `run` return soon, at a place to go on from; absent where there is none. */
  std::function<void()> pause = nullptr;
};

/** Starts work; gives {finished: Promise, progress(), abort()}, and pause() where it can be paused. */
Napi::Object startLongWork(Napi::Env env, LongWork work);

}  // namespace wordmill
