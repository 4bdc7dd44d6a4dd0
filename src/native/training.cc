#include "training.h"

#include <memory>
#include <vector>

#include "copies.h"
#include "errors.h"
#include "jobs.h"
#include "long_work.h"
#include "trainer.h"

namespace wordmill {

namespace {

/** A trainer, and the matrices that it writes to, which are kept alive as long as it. */
struct Training {
  Trainer trainer;
  const Napi::ObjectReference input, output;
};

/** As `readPosition` in jobs.cc takes it, but for the losses, which stand in the totals. */
Napi::Value positionOf(Napi::Env env, const TrainingPosition& position) {
  auto open = newArray<Napi::Float64Array>(env, kOpenChunkNumbers * position.open.size());
  size_t next = 0;
  for (const OpenChunk& chunk : position.open) {
    open[next++] = chunk.shard;
    open[next++] = static_cast<double>(chunk.chunk);
    open[next++] = static_cast<double>(chunk.groups);
    open[next++] = chunk.rate;
  }
  const auto object = Napi::Object::New(env);
  object.Set("nextChunk", static_cast<double>(position.nextChunk));
  object.Set("words", static_cast<double>(position.words));
  object.Set("open", open);
  return object;
}

Napi::Value totalsOf(Napi::Env env, const Trainer& trainer) {
  const std::vector<EpochLoss>& epochs = trainer.lossByEpoch();
  auto losses = newArray<Napi::Float64Array>(env, epochs.size());
  auto predictions = newArray<Napi::Float64Array>(env, epochs.size());
  for (size_t i = 0; i < epochs.size(); i++) {
    losses[i] = epochs[i].loss;
    predictions[i] = static_cast<double>(epochs[i].predictions);
  }
  const auto object = Napi::Object::New(env);
  object.Set("words", static_cast<double>(trainer.progress().words));
  object.Set("threads", trainer.threads());
  object.Set("stopped", trainer.stopped());
  object.Set("wordsPerEpoch", static_cast<double>(trainer.wordsPerEpoch()));
  object.Set("paused", trainer.isPaused());
  object.Set("position", positionOf(env, trainer.position()));
  object.Set("epoch", trainer.progress().epoch);
  object.Set("lossByEpoch", losses);
  object.Set("predictionsByEpoch", predictions);
  return object;
}

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
    const auto training = std::shared_ptr<Training>(
        new Training{{readTrainingSettings(job), readTrainingData(job)},
                     Napi::Persistent<Napi::Object>(job.object("input").float32s("data")),
                     Napi::Persistent<Napi::Object>(job.object("output").float32s("data"))});
    return startLongWork(env, {[training] { training->trainer.run(); },
                               [training](Napi::Env inside) { return totalsOf(inside, training->trainer); },
                               [training](Napi::Env inside) { return progressOf(inside, training->trainer); },
                               [training] { training->trainer.abort(); },
                               [training] { training->trainer.pause(); }});
  });
}

}  // namespace wordmill
