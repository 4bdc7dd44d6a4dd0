#pragma once
#include <napi.h>

namespace wordmill {

/** tracePairs(job, epoch): the groups that training would draw, without training; see addon.ts. */
Napi::Value tracePairs(const Napi::CallbackInfo& info);

}  // namespace wordmill
