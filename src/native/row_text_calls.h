#pragma once
#include <napi.h>

namespace wordmill {

/** writeRows({words, wordEnds, data, dimensions, stride, into}) -> Promise<bytes written>; see addon.ts. */
Napi::Value writeRowsCall(const Napi::CallbackInfo& info);

/** readRows({bytes, dimensions, data, stride, wordStarts, wordEnds}) -> Promise<{rows, end}>; see addon.ts. */
Napi::Value readRowsCall(const Napi::CallbackInfo& info);

}  // namespace wordmill
