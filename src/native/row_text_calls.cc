#include "row_text_calls.h"

#include <memory>

#include "arguments.h"
#include "background.h"
#include "errors.h"
#include "row_arguments.h"
#include "row_text.h"

namespace wordmill {

Napi::Value writeRowsCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments call(info[0]);
    const RowShape shape = readRowShape(call);
    const Napi::Uint8Array words = call.bytes("words");
    const Napi::Uint32Array wordEnds = call.uint32s("wordEnds");
    const Napi::Float32Array data = call.float32s("data");
    Napi::Uint8Array into = call.bytes("into");
    const size_t rows = wordEnds.ElementLength();
    checkHoldsRows(call, "data", data, rows, shape);
    const std::vector<uint32_t> ends(wordEnds.Data(), wordEnds.Data() + rows);
    uint32_t previous = 0;
    for (const uint32_t end : ends) {
      if (end < previous || end > words.ElementLength()) call.outOfRange("wordEnds", "positions in words, ascending");
      previous = end;
    }
    if (into.ElementLength() < roomForRows(previous, rows, shape.dimensions)) {
      call.outOfRange("into", "as long as the rows at their longest");
    }
    const auto written = std::make_shared<size_t>(0);
    auto* const target = reinterpret_cast<char*>(into.Data());
    const auto* const text = reinterpret_cast<const char*>(words.Data());
    const float* const values = data.Data();
    return Background::start(
        env, {words, data, into},
        [=] {
          const char* const end = writeRows({values, rows, shape.dimensions, shape.stride, text, ends.data()}, target);
          *written = static_cast<size_t>(end - target);
        },
        [=](Napi::Env later) { return Napi::Number::New(later, static_cast<double>(*written)); });
  });
}

Napi::Value readRowsCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments call(info[0]);
    const RowShape shape = readRowShape(call);
    const Napi::Uint8Array bytes = call.bytes("bytes");
    if (bytes.ElementLength() > UINT32_MAX) call.outOfRange("bytes", "shorter than 4 GiB");
    Napi::Float32Array data = call.float32s("data");
    Napi::Uint32Array wordStarts = call.uint32s("wordStarts");
    const size_t rows = wordStarts.ElementLength();
    Napi::Uint32Array wordEnds = call.uint32s("wordEnds", static_cast<int64_t>(rows));
    checkHoldsRows(call, "data", data, rows, shape);
    const auto read = std::make_shared<RowsRead>();
    const RowsToRead target = {data.Data(), rows, shape.dimensions, shape.stride, wordStarts.Data(), wordEnds.Data()};
    const auto* const text = reinterpret_cast<const char*>(bytes.Data());
    const size_t length = bytes.ElementLength();
    return Background::start(
        env, {bytes, data, wordStarts, wordEnds}, [=] { *read = readRows(text, length, target); },
        [=](Napi::Env later) {
          const auto object = Napi::Object::New(later);
          object.Set("rows", static_cast<double>(read->rows));
          object.Set("end", static_cast<double>(read->end));
          return object;
        });
  });
}

}  // namespace wordmill
