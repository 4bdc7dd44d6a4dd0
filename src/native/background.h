#pragma once
#include <exception>
#include <functional>
#include <utility>
#include <vector>

#include <napi.h>

#include "errors.h"

namespace wordmill {

/** Work on a thread of Node's pool, and the promise of its result; what it throws is what the promise rejects with. */
class Background : public Napi::AsyncWorker {
 public:
  using Work = std::function<void()>;
  using Result = std::function<Napi::Value(Napi::Env)>;

  /**
   * @param kept JavaScript's objects whose memory the work uses: kept alive until it has ended
   * @param work what to do; must not touch JavaScript
   * @param result makes the promise's value, on JavaScript's thread, once the work is done
   */
  static Napi::Promise start(Napi::Env env, const std::vector<Napi::Object>& kept, Work work, Result result) {
    auto* const background = new Background(env, kept, std::move(work), std::move(result));
    const Napi::Promise promise = background->deferred_.Promise();
    background->Queue();  // Frees it once the promise is settled.
    return promise;
  }

 protected:
  void Execute() override {
    try {
      work_();
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }

  void OnOK() override {
    settle(Env(), deferred_, [this](Napi::Env env) {
      if (thrown_) std::rethrow_exception(thrown_);
      return result_(env);
    });
  }

 private:
  Background(Napi::Env env, const std::vector<Napi::Object>& kept, Work work, Result result)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)),
        result_(std::move(result)) {
    for (const Napi::Object& object : kept) kept_.push_back(Napi::Persistent(object));
  }

  Napi::Promise::Deferred deferred_;
  std::exception_ptr thrown_;
  std::vector<Napi::ObjectReference> kept_;
  Work work_;
  Result result_;
};

}  // namespace wordmill
