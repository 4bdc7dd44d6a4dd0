#pragma once
#include <napi.h>

namespace wordmill {

/** startTraining(job) -> {finished: Promise, progress(), abort()}; see addon.ts. */
Napi::Value startTraining(const Napi::CallbackInfo& info);

}  // namespace wordmill
