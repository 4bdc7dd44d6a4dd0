// What the addon gives to JavaScript; addon.ts has the types and says what each does.
#include <sys/mman.h>

#include <cstdint>

#include <napi.h>

#include "counting.h"
#include "errors.h"
#include "file_map.h"
#include "glove_jobs.h"
#include "instruction_sets.h"
#include "kernel.h"
#include "projection_jobs.h"
#include "row_text_calls.h"
#include "search_calls.h"
#include "splitting.h"
#include "trace.h"
#include "training.h"

namespace wordmill {

namespace {

Napi::Value instructionSetNames(const Napi::CallbackInfo& info) {
  return withErrors(info.Env(), [&] {
    const auto names = Napi::Array::New(info.Env());
    for (const InstructionSet& set : instructionSets()) names.Set(names.Length(), set.name);
    return names;
  });
}

constexpr uintptr_t kHugePage = uintptr_t{2} << 20;

uintptr_t roundUp(uintptr_t value, uintptr_t unit) { return (value + unit - 1) / unit * unit; }

/** Asks for huge pages, where the system has them: rows are looked up all over the memory. Nothing may be in it yet. */
void adviseHugePages([[maybe_unused]] uintptr_t start, [[maybe_unused]] uintptr_t end) {
#ifdef MADV_HUGEPAGE
  const uintptr_t first = roundUp(start, kHugePage);
  const uintptr_t past = end / kHugePage * kHugePage;
  if (first >= past) return;
  madvise(reinterpret_cast<void*>(first), past - first, MADV_HUGEPAGE);  // Only advice: slower without, not wrong.
#endif
}

/** prepareRows(buffer): readies a new ArrayBuffer for rows; returns the byte of it at which the first is aligned. */
Napi::Value prepareRows(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArrayBuffer()) throw Napi::TypeError::New(env, "buffer must be an ArrayBuffer");
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  const uintptr_t start = reinterpret_cast<uintptr_t>(buffer.Data());
  adviseHugePages(start, start + buffer.ByteLength());
  return Napi::Number::New(env, static_cast<double>(roundUp(start, kRowAlignment) - start));
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("createTextSplitter", Napi::Function::New(env, createTextSplitter));
  exports.Set("createWordCounter", Napi::Function::New(env, createWordCounter));
  exports.Set("instructionSets", Napi::Function::New(env, instructionSetNames));
  exports.Set("mapFile", Napi::Function::New(env, mapFile));
  exports.Set("prepareRows", Napi::Function::New(env, prepareRows));
  exports.Set("readRows", Napi::Function::New(env, readRowsCall));
  exports.Set("rowLengths", Napi::Function::New(env, rowLengthsCall));
  exports.Set("searchRows", Napi::Function::New(env, searchRowsCall));
  exports.Set("dotProducts", Napi::Function::New(env, dotProductsCall));
  exports.Set("sumFloats", Napi::Function::New(env, sumFloatsCall));
  exports.Set("startTraining", Napi::Function::New(env, startTraining));
  exports.Set("startNeighbours", Napi::Function::New(env, startNeighbours));
  exports.Set("startDescent", Napi::Function::New(env, startDescent));
  exports.Set("startCounting", Napi::Function::New(env, startCounting));
  exports.Set("startShuffling", Napi::Function::New(env, startShuffling));
  exports.Set("openGlove", Napi::Function::New(env, openGlove));
  exports.Set("tracePairs", Napi::Function::New(env, tracePairs));
  exports.Set("writeRows", Napi::Function::New(env, writeRowsCall));
  return exports;
}

Napi::Object initialiseOrThrow(Napi::Env env, Napi::Object exports) {
  return withErrors(env, [&] { return initialise(env, exports); });
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, initialiseOrThrow)

}  // namespace wordmill
