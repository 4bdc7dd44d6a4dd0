#pragma once
#include <napi.h>

namespace wordmill {

/** createTextSplitter(options): splits text into words; addon.ts has the type. */
Napi::Value createTextSplitter(const Napi::CallbackInfo& info);

}  // namespace wordmill
