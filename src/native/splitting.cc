#include "splitting.h"

#include <memory>

#include "arguments.h"
#include "copies.h"
#include "errors.h"
#include "token_merge.h"

namespace wordmill {

namespace {

/** Positions are 32 bits, and a batch may become half as long again. */
constexpr size_t kLargestBatch = size_t{1} << 31;

/** A splitter, and whether a batch is waiting for the words of its open stretches. */
class SplittingSession {
 public:
  SplittingSession(const AsciiRules& rules, uint32_t maxSentence) : splitter_(rules), maxSentence_(maxSentence) {}

  /** Returns start and end, in the input, of every stretch that is left open. */
  Napi::Value split(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const Napi::Uint8Array input = Arguments(info[0], "batch").bytes("bytes");
    if (input.ElementLength() > kLargestBatch) throw Napi::RangeError::New(env, "input must be a batch of 2 GiB at most");
    waiting_ = false;
    splitter_.split(input.Data(), input.ElementLength());
    waiting_ = true;
    const auto& open = splitter_.open();
    auto stretches = newArray<Napi::Uint32Array>(env, 2 * open.size());
    for (size_t i = 0; i < open.size(); i++) {
      stretches[2 * i] = open[i].inputStart;
      stretches[2 * i + 1] = open[i].inputEnd;
    }
    return stretches;
  }

  Napi::Value finish(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (!waiting_) throw Napi::RangeError::New(env, "finish: no batch was split");
    const Arguments given(info[0], "open");
    const Napi::Uint8Array givenBytes = given.bytes("bytes");
    const Napi::Uint32Array givenEnds = given.uint32s("tokenEnds");
    const Napi::Uint32Array counts = given.uint32s("counts", static_cast<int64_t>(splitter_.open().size()));
    requireFit(given, givenBytes.ElementLength(), givenEnds, counts);
    const OpenWords open{givenBytes.Data(), givenEnds.Data(), counts.Data()};
    const MergedSize size = mergedSize(splitter_, open);
    auto bytes = newArray<Napi::Uint8Array>(env, size.bytes);
    auto tokenEnds = newArray<Napi::Uint32Array>(env, size.tokens);
    const MergedTokens merged = merge(splitter_, open, maxSentence_, bytes.Data(), tokenEnds.Data());
    waiting_ = false;
    const auto result = Napi::Object::New(env);
    result.Set("bytes", bytes);
    result.Set("tokenEnds", tokenEnds);
    result.Set("sentenceEnds", copyOf<Napi::Uint32Array>(env, merged.sentenceEnds.data(), merged.sentenceEnds.size()));
    result.Set("units", static_cast<double>(splitter_.unitEnds().size()));
    result.Set("emptyUnits", merged.emptyUnits);
    return result;
  }

  void learn(const Arguments& given) {
    const uint32_t page = given.whole32("page", 0, CharacterTable::kPages - 1);
    const Napi::Uint32Array entries = given.uint32s("entries", CharacterTable::kPageSize);
    for (uint32_t i = 0; i < CharacterTable::kPageSize; i++) {
      const uint32_t kind = entries[i] & 0xff;
      const bool named = kind == Character::kUndecided || kind == Character::kBetween || kind == Character::kApostrophe;
      // The splitter's room for its output rests on this.
      const uint32_t most = page < 2 ? 1 : 3;
      if (!named && kind > most) given.outOfRange("entries", "characters of at most " + std::to_string(most) + " bytes");
    }
    splitter_.characters().setPage(page, entries.Data());
  }

 private:
  static void requireFit(const Arguments& given, size_t bytes, const Napi::Uint32Array& ends,
                         const Napi::Uint32Array& counts) {
    uint64_t tokens = 0;
    for (size_t i = 0; i < counts.ElementLength(); i++) tokens += counts[i];
    if (tokens > ends.ElementLength()) given.outOfRange("counts", "as many tokens as there are ends");
    uint32_t before = 0;
    for (size_t token = 0; token < tokens; token++) {
      if (ends[token] <= before || ends[token] > bytes) given.outOfRange("tokenEnds", "ends that grow within bytes");
      before = ends[token];
    }
  }

  TextSplitter splitter_;
  const uint32_t maxSentence_;
  bool waiting_ = false;
};

}  // namespace

Napi::Value createTextSplitter(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments options(info[0]);
    const AsciiRules rules{options.boolean("lettersAndDigits"), options.boolean("lowercase"),
                           options.boolean("foldNumbers")};
    const auto session = std::make_shared<SplittingSession>(rules, options.whole32("maxSentence", 1));
    const auto splitter = Napi::Object::New(env);
    setMethod(splitter, "split", [session](const Napi::CallbackInfo& call) { return session->split(call); });
    setMethod(splitter, "finish", [session](const Napi::CallbackInfo& call) { return session->finish(call); });
    setMethod(splitter, "learn", [session](const Napi::CallbackInfo& call) {
      session->learn(Arguments(call[0], "learn"));
      return call.Env().Undefined();
    });
    return splitter;
  });
}

}  // namespace wordmill
