#include "long_work.h"

#include <memory>
#include <thread>
#include <utility>

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
    const auto nothing = Napi::Function::New(env_, [](const Napi::CallbackInfo&) {});
    settle_ = Napi::ThreadSafeFunction::New(env_, nothing, "wordmill work", 0, 1, [this](Napi::Env) { finish(); });
    napi_add_env_cleanup_hook(env_, stopForGood, this);
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::exception& error) {
      rejectWith(Failure("outOfMemory", std::string("no thread can be started: ") + error.what()));
    }
    return promise;
  }

 private:
  void run() {
    try {
      work_->run();
      settle_.BlockingCall([this](Napi::Env env, Napi::Function) { settle(env, deferred_, work_->result); });
      settle_.Release();
    } catch (const Failure& failure) {
      rejectWith(failure);
    } catch (const std::bad_alloc&) {
      rejectWith(noMemory());
    } catch (const std::exception& error) {
      rejectWith(Failure("internal", error.what()));
    }
  }

  void rejectWith(const Failure& failure) {
    settle_.BlockingCall([this, failure](Napi::Env env, Napi::Function) {
      deferred_.Reject(toError(env, failure).Value());
    });
    settle_.Release();
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
  Napi::ThreadSafeFunction settle_;
  std::thread thread_;
};

}  // namespace

Napi::Object startLongWork(Napi::Env env, LongWork given) {
  const auto work = std::make_shared<LongWork>(std::move(given));
  const auto handle = Napi::Object::New(env);
  handle.Set("progress", Napi::Function::New(env, [work](const Napi::CallbackInfo& call) {
               return work->progress(call.Env());
             }));
  handle.Set("abort", Napi::Function::New(env, [work](const Napi::CallbackInfo&) { work->abort(); }));
  if (work->pause) handle.Set("pause", Napi::Function::New(env, [work](const Napi::CallbackInfo&) { work->pause(); }));
  handle.Set("finished", (new Running(env, work))->start());
  return handle;
}

}  // namespace wordmill
