#pragma once
#include <napi.h>

namespace wordmill {

/** searchRows(job) -> {rows, scores, ends}; see search.ts. */
Napi::Value searchRowsCall(const Napi::CallbackInfo& info);

/** rowLengths({data, rows, dimensions, stride, threads}) -> Float64Array. */
Napi::Value rowLengthsCall(const Napi::CallbackInfo& info);

/** dotProducts({data, rows, dimensions, stride, queries, queryCount, products, instructionSet}); see search.ts. */
Napi::Value dotProductsCall(const Napi::CallbackInfo& info);

/** sumFloats({data, threads, instructionSet}) -> number. */
Napi::Value sumFloatsCall(const Napi::CallbackInfo& info);

}  // namespace wordmill
