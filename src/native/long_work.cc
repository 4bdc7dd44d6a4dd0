#include "long_work.h"

#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "copies.h"
#include "errors.h"

namespace wordmill {

namespace {

/**
 * Work under way, and the promise that it settles on JavaScript's thread. It frees itself once its thread has ended. The
 * addon's environment may go away first (process.exit, a worker's end): then the work is stopped and waited for.
 */
class Running {
 public:
  Running(Napi::Env env, std::shared_ptr<LongWork> work)
      : env_(env), work_(std::move(work)), deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise start() {
    const Napi::Promise promise = deferred_.Promise();
    // All that settling takes is made now: there may be no memory for it later.
    const auto settleNow = Napi::Function::New(env_, [this](const Napi::CallbackInfo& call) {
      settle(call.Env(), deferred_, [this](Napi::Env env) {
        if (thrown_) std::rethrow_exception(thrown_);
        return work_->result(env);
      });
    });
    ended_ = Napi::ThreadSafeFunction::New(env_, settleNow, "wordmill work", 0, 1, [this](Napi::Env) { finish(); });
    napi_add_env_cleanup_hook(env_, stopForGood, this);
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::exception& error) {
      thrown_ = std::make_exception_ptr(Failure("outOfMemory", std::string("no thread can be started: ") + error.what()));
      sayEnded();
    }
    return promise;
  }

 private:
  void run() {
    try {
      work_->run();
    } catch (...) {
      thrown_ = std::current_exception();
    }
    sayEnded();
  }

  void sayEnded() {
    ended_.BlockingCall();
    ended_.Release();
  }

  void join() {
    if (thread_.joinable()) thread_.join();
  }

  void finish() {
    join();
    napi_remove_env_cleanup_hook(env_, stopForGood, this);
    delete this;
  }

  static void stopForGood(void* self) {
    static_cast<Running*>(self)->work_->abort();
    static_cast<Running*>(self)->join();
  }

  Napi::Env env_;
  const std::shared_ptr<LongWork> work_;
  Napi::Promise::Deferred deferred_;
  Napi::ThreadSafeFunction ended_;
  std::exception_ptr thrown_;
  std::thread thread_;
};

}  // namespace

Napi::Object startLongWork(Napi::Env env, LongWork given) {
  const auto work = std::make_shared<LongWork>(std::move(given));
  const auto handle = Napi::Object::New(env);
  setMethod(handle, "progress", [work](const Napi::CallbackInfo& call) { return work->progress(call.Env()); });
  setMethod(handle, "abort", [work](const Napi::CallbackInfo& call) {
    work->abort();
    return call.Env().Undefined();
  });
  if (work->pause) {
    setMethod(handle, "pause", [work](const Napi::CallbackInfo& call) {
      work->pause();
      return call.Env().Undefined();
    });
  }
  handle.Set("finished", (new Running(env, work))->start());
  return handle;
}

}  // namespace wordmill
