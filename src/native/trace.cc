#include "trace.h"

#include <cstring>
#include <vector>

#include "copies.h"
#include "errors.h"
#include "jobs.h"

namespace wordmill {

namespace {

/** Writes down the groups that it is given, where training would train on them. */
class TraceSink : public GroupSink {
 public:
  float startSentence(uint32_t) override { return 0; }

  bool consume(const Batch& batch) override {
    const GroupBatch view = batch.view();
    for (size_t i = 0; i < view.groupCount; i++) add(view.groups[i]);
    return true;
  }

  Napi::Value result(Napi::Env env) const {
    const auto object = Napi::Object::New(env);
    object.Set("contexts", copy<Napi::Uint32Array>(env, contexts_));
    object.Set("targets", copy<Napi::Uint32Array>(env, targets_));
    object.Set("offsets", copy<Napi::Int32Array>(env, offsets_));
    object.Set("groupEnds", copy<Napi::Uint32Array>(env, groupEnds_));
    object.Set("outputs", copy<Napi::Uint32Array>(env, outputs_));
    object.Set("labels", copy<Napi::Uint8Array>(env, labels_));
    object.Set("outputEnds", copy<Napi::Uint32Array>(env, outputEnds_));
    return object;
  }

 private:
  void add(const Group& group) {
    int32_t offset = group.firstOffset;
    for (uint32_t c = 0; c < group.contextCount; c++) {
      contexts_.push_back(group.contexts[c]);
      targets_.push_back(group.target);
      offsets_.push_back(offset);
      offset -= offset == 1 ? 2 : 1;  // A target is not its own context.
    }
    for (uint32_t o = 0; o < group.outputCount; o++) {
      outputs_.push_back(group.outputs[o]);
      labels_.push_back(group.signs ? group.signs[o] > 0 : o == 0);
    }
    groupEnds_.push_back(static_cast<uint32_t>(contexts_.size()));
    outputEnds_.push_back(static_cast<uint32_t>(outputs_.size()));
  }

  template <class Array, class Number>
  static Array copy(Napi::Env env, const std::vector<Number>& numbers) {
    Array array = newArray<Array>(env, numbers.size());
    if (!numbers.empty()) std::memcpy(array.Data(), numbers.data(), numbers.size() * sizeof(Number));
    return array;
  }

  std::vector<uint32_t> contexts_, targets_, groupEnds_, outputs_, outputEnds_;
  std::vector<uint8_t> labels_;
  std::vector<int32_t> offsets_;
};

}  // namespace

Napi::Value tracePairs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&] {
    const Arguments job(info[0]);
    const std::unique_ptr<TrainingData> data = readTrainingData(job);
    const uint32_t epoch = job.whole32("epoch", 0);
    const std::unique_ptr<GroupSource> source = data->source();
    TraceSink sink;
    for (size_t chunk = 0; chunk < data->chunkCount(); chunk++) {
      source->open(epoch, chunk);
      source->draw(GroupSource::kAll, sink);
    }
    return sink.result(env);
  });
}

}  // namespace wordmill
