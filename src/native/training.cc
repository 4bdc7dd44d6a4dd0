#include "training.h"

#include <memory>
#include <system_error>
#include <thread>

#include "errors.h"
#include "jobs.h"
#include "trainer.h"

namespace wordmill {

namespace {

/**
 * A training under way: its thread, and the promise that it settles on JavaScript's thread. It frees itself once the
 * thread has ended. The addon's environment may go away first (process.exit, a worker's end): then the thread is
 * stopped and waited for.
 */
class Training {
 public:
  /** @param input, output the matrices that the trainer writes to: kept alive until its threads have ended. */
  Training(Napi::Env env, std::shared_ptr<Trainer> trainer, const Napi::Object& input, const Napi::Object& output)
      : env_(env),
        trainer_(std::move(trainer)),
        input_(Napi::Persistent(input)),
        output_(Napi::Persistent(output)),
        deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise start() {
    const Napi::Promise promise = deferred_.Promise();
    const auto nothing = Napi::Function::New(env_, [](const Napi::CallbackInfo&) {});
    settle_ = Napi::ThreadSafeFunction::New(env_, nothing, "wordmill training", 0, 1, [this](Napi::Env) { finish(); });
    napi_add_env_cleanup_hook(env_, stopForGood, this);
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      settleWith(Failure("outOfMemory", std::string("no thread can be started: ") + error.what()));
    }
    return promise;
  }

 private:
  void run() {
    try {
      trainer_->run();
      settle_.BlockingCall([this](Napi::Env env, Napi::Function) { deferred_.Resolve(totals(env)); });
      settle_.Release();
    } catch (const Failure& failure) {
      settleWith(failure);
    } catch (const std::exception& error) {
      settleWith(Failure("internal", error.what()));
    }
  }

  void settleWith(const Failure& failure) {
    settle_.BlockingCall([this, failure](Napi::Env env, Napi::Function) {
      deferred_.Reject(toError(env, failure).Value());
    });
    settle_.Release();
  }

  Napi::Value totals(Napi::Env env) const {
    const std::vector<EpochLoss>& epochs = trainer_->lossByEpoch();
    auto losses = Napi::Float64Array::New(env, epochs.size());
    auto predictions = Napi::Float64Array::New(env, epochs.size());
    for (size_t i = 0; i < epochs.size(); i++) {
      losses[i] = epochs[i].loss;
      predictions[i] = static_cast<double>(epochs[i].predictions);
    }
    const auto object = Napi::Object::New(env);
    object.Set("words", static_cast<double>(trainer_->progress().words));
    object.Set("threads", trainer_->threads());
    object.Set("stopped", trainer_->stopped());
    object.Set("lossByEpoch", losses);
    object.Set("predictionsByEpoch", predictions);
    return object;
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
    static_cast<Training*>(self)->trainer_->abort();
    static_cast<Training*>(self)->join();
  }

  Napi::Env env_;
  std::shared_ptr<Trainer> trainer_;
  Napi::ObjectReference input_, output_;
  Napi::Promise::Deferred deferred_;
  Napi::ThreadSafeFunction settle_;
  std::thread thread_;
};

Napi::Value progressOf(Napi::Env env, const Trainer& trainer) {
  const TrainingProgress progress = trainer.progress();
  const auto object = Napi::Object::New(env);
  object.Set("words", static_cast<double>(progress.words));
  object.Set("totalWords", static_cast<double>(progress.totalWords));
  object.Set("loss", progress.loss);
  object.Set("predictions", static_cast<double>(progress.predictions));
  object.Set("learningRate", progress.learningRate);
  object.Set("epoch", progress.epoch);
  return object;
}

}  // namespace

Napi::Value startTraining(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments job(info[0]);
    const auto trainer = std::make_shared<Trainer>(readTrainingSettings(job), readTrainingData(job));
    const auto handle = Napi::Object::New(env);
    handle.Set("progress", Napi::Function::New(env, [trainer](const Napi::CallbackInfo& call) {
                 return progressOf(call.Env(), *trainer);
               }));
    handle.Set("abort", Napi::Function::New(env, [trainer](const Napi::CallbackInfo&) { trainer->abort(); }));
    const Napi::Object input = job.object("input").float32s("data");
    const Napi::Object output = job.object("output").float32s("data");
    handle.Set("finished", (new Training(env, trainer, input, output))->start());
    return handle;
  });
}

}  // namespace wordmill
