#pragma once
#include <napi.h>

namespace wordmill {

/** createWordCounter(options): counts words and encodes tokens on another thread; addon.ts has the type. */
Napi::Value createWordCounter(const Napi::CallbackInfo& info);

}  // namespace wordmill
