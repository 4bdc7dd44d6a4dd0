#pragma once
#include <napi.h>

namespace wordmill {

/** startNeighbours(job) and startDescent(job), of projection.ts. */
Napi::Value startNeighbours(const Napi::CallbackInfo& info);
Napi::Value startDescent(const Napi::CallbackInfo& info);

}  // namespace wordmill
