#pragma once
#include <napi.h>

namespace wordmill {

/** startCounting(job) -> {finished: Promise<{cells, stopped}>, progress(), abort()}; see glove.ts. */
Napi::Value startCounting(const Napi::CallbackInfo& info);

/** startShuffling(job) -> the same. */
Napi::Value startShuffling(const Napi::CallbackInfo& info);

/** openGlove(job) -> {finished: Promise<{cells, heldOut, stopped, train(epoch), measure()}>, progress(), abort()}. */
Napi::Value openGlove(const Napi::CallbackInfo& info);

}  // namespace wordmill
