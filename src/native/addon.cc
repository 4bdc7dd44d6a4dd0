// What the addon gives to JavaScript; addon.ts has the types and says what each does.
#include <napi.h>

#include "arguments.h"
#include "errors.h"
#include "instruction_sets.h"
#include "shared_memory.h"
#include "trace.h"
#include "training.h"

namespace wordmill {

namespace {

Napi::Value instructionSetNames(const Napi::CallbackInfo& info) {
  const auto names = Napi::Array::New(info.Env());
  for (const InstructionSet& set : instructionSets()) names.Set(names.Length(), set.name);
  return names;
}

/** allocateFloats(length): a Float32Array of zeros, aligned to 64 bytes. */
Napi::Value allocateFloats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) throw Napi::TypeError::New(env, "length must be a number");
  const double length = info[0].As<Napi::Number>().DoubleValue();
  if (!(length >= 0 && length <= 9007199254740991.0 / sizeof(float))) {
    throw Napi::RangeError::New(env, "length must be a whole number from 0 on");
  }
  return withErrors(env, [&]() -> Napi::Value {
    const size_t bytes = static_cast<size_t>(length) * sizeof(float);
    using Share = std::shared_ptr<AlignedMemory>;
    auto share = std::make_unique<Share>(allocateShared(bytes, "a matrix"));
    const auto buffer = Napi::ArrayBuffer::New(
        env, (*share)->data(), bytes, [](Napi::Env, void*, Share* own) { delete own; }, share.get());
    share.release();
    return Napi::Float32Array::New(env, bytes / sizeof(float), buffer, 0);
  });
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("instructionSets", Napi::Function::New(env, instructionSetNames));
  exports.Set("allocateFloats", Napi::Function::New(env, allocateFloats));
  exports.Set("startTraining", Napi::Function::New(env, startTraining));
  exports.Set("tracePairs", Napi::Function::New(env, tracePairs));
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, initialise)

}  // namespace wordmill
