#include "counting.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "arguments.h"
#include "background.h"
#include "copies.h"
#include "word_counter.h"

namespace wordmill {

namespace {

/** How many bytes of a run are handed to JavaScript at a time. */
constexpr size_t kRunPart = 1 << 18;

void appendLeb128(std::vector<uint8_t>& bytes, uint32_t value) {
  for (; value > 0x7f; value >>= 7) bytes.push_back(static_cast<uint8_t>(value | 0x80));
  bytes.push_back(static_cast<uint8_t>(value));
}

/** A counter, the block that it is at, and the run that is being read out of it. One call at a time. */
class CountingSession {
 public:
  CountingSession(uint64_t memoryBytes, uint32_t mostWords) : counter_(memoryBytes), mostWords_(mostWords) {}

  void take(Napi::Env env, const Arguments& block) {
    requireIdle(env);
    const Napi::Uint8Array bytes = block.bytes("bytes");
    const Napi::Uint32Array tokenEnds = block.uint32s("tokenEnds");
    const Napi::Uint32Array sentenceEnds = block.uint32s("sentenceEnds");
    try {
      block_ = std::make_unique<TokenBlock>(bytes.Data(), bytes.ElementLength(), tokenEnds.Data(),
                                            tokenEnds.ElementLength(), sentenceEnds.Data(),
                                            sentenceEnds.ElementLength());
    } catch (const std::out_of_range& error) {
      throw Napi::RangeError::New(env, std::string("block: ") + error.what());
    }
    sentence_ = 0;
  }

  /** Encodes on another thread; the session must live until the promise is settled. */
  Napi::Promise encode(Napi::Env env, std::shared_ptr<CountingSession> self) {
    requireIdle(env);
    if (!block_) throw Napi::RangeError::New(env, "encode: no block was taken");
    busy_ = true;
    const auto work = [self] {
      self->encoded_ = self->counter_.encode(*self->block_, self->sentence_, self->mostWords_);
    };
    return Background::start(env, {}, work, [self](Napi::Env inside) { return self->encoded(inside); });
  }

  Napi::Promise sort(Napi::Env env, std::shared_ptr<CountingSession> self) {
    requireIdle(env);
    busy_ = true;
    const auto work = [self] {
      self->order_ = self->counter_.idsInByteOrder();
      self->nextInOrder_ = 0;
    };
    return Background::start(env, {}, work, [self](Napi::Env inside) {
      self->busy_ = false;
      return inside.Undefined();
    });
  }

  /** Has `nextRunBytes` give the words in the order of their ids, unsorted. */
  void list(Napi::Env env) {
    requireIdle(env);
    order_.resize(counter_.table().size());
    std::iota(order_.begin(), order_.end(), 0);
    nextInOrder_ = 0;
  }

  Napi::Value size(Napi::Env env) const {
    requireIdle(env);
    const auto object = Napi::Object::New(env);
    object.Set("slots", static_cast<double>(counter_.table().slots()));
    object.Set("arenaBytes", static_cast<double>(counter_.table().arenaBytes()));
    return object;
  }

  void growTo(Napi::Env env, const Arguments& size) {
    requireIdle(env);
    const uint64_t slots = size.whole("slots", 1, uint64_t{1} << 32);
    const uint64_t arenaBytes = size.whole("arenaBytes", 1, uint64_t{1} << 32);
    if ((slots & (slots - 1)) != 0) size.outOfRange("slots", "a power of two");
    if ((arenaBytes & (arenaBytes - 1)) != 0) size.outOfRange("arenaBytes", "a power of two");
    counter_.growTo(slots, arenaBytes);
  }

  void restore(Napi::Env env, const Arguments& words) {
    requireIdle(env);
    const Napi::Uint8Array bytes = words.bytes("bytes");
    const Napi::Uint32Array tokenEnds = words.uint32s("tokenEnds");
    const Napi::Uint32Array counts = words.uint32s("counts", static_cast<int64_t>(tokenEnds.ElementLength()));
    const uint32_t sentenceEnd = static_cast<uint32_t>(tokenEnds.ElementLength());
    try {
      counter_.restore(TokenBlock(bytes.Data(), bytes.ElementLength(), tokenEnds.Data(), sentenceEnd, &sentenceEnd, 1),
                       counts.Data());
    } catch (const std::out_of_range& error) {
      throw Napi::RangeError::New(env, std::string("words: ") + error.what());
    }
  }

  /** Words of a run (word-run.ts) from where the call before stopped; none at the end. */
  Napi::Value nextRunBytes(Napi::Env env) {
    requireIdle(env);
    const WordTable& table = counter_.table();
    std::vector<uint8_t> part;
    for (; nextInOrder_ < order_.size() && part.size() < kRunPart; nextInOrder_++) {
      const uint32_t id = order_[nextInOrder_];
      const uint32_t start = table.starts()[id];
      const uint32_t end = table.starts()[id + 1];
      appendLeb128(part, end - start);
      part.insert(part.end(), table.bytes() + start, table.bytes() + end);
      appendLeb128(part, table.counts()[id]);
      appendLeb128(part, id);
    }
    return copyOf<Napi::Uint8Array>(env, part.data(), part.size());
  }

  void startEmpty(Napi::Env env) {
    requireIdle(env);
    forgetOrder();
    counter_.startEmpty();
  }

  Napi::Value startPruned(Napi::Env env, uint32_t threshold) {
    requireIdle(env);
    forgetOrder();
    std::vector<uint32_t> newIds;
    const uint64_t tokens = counter_.startPruned(threshold, newIds);
    const auto object = Napi::Object::New(env);
    object.Set("newIds", copyOf<Napi::Uint32Array>(env, newIds.data(), newIds.size()));
    object.Set("forgottenTokens", static_cast<double>(tokens));
    return object;
  }

  uint32_t words(Napi::Env env) const {
    requireIdle(env);
    return counter_.table().size();
  }

 private:
  void requireIdle(Napi::Env env) const {
    if (busy_) throw Napi::RangeError::New(env, "the counter is at work, or has failed: wait for its promise");
  }

  void forgetOrder() {
    std::vector<uint32_t>().swap(order_);
    nextInOrder_ = 0;
  }

  Napi::Value encoded(Napi::Env env) {
    busy_ = false;
    const EncodedSentences encoded = std::move(encoded_);
    sentence_ += static_cast<uint32_t>(encoded.sentenceEnds.size());
    const bool done = sentence_ == block_->sentenceEnds.size();
    if (done) block_.reset();
    const auto object = Napi::Object::New(env);
    object.Set("bytes", copyOf<Napi::Uint8Array>(env, encoded.bytes.data(), encoded.bytes.size()));
    object.Set("sentenceEnds",
               copyOf<Napi::Uint32Array>(env, encoded.sentenceEnds.data(), encoded.sentenceEnds.size()));
    object.Set("done", done);
    object.Set("needsRoom", encoded.need == Need::kRoom);
    object.Set("needsPruning", encoded.need == Need::kFewerWords);
    return object;
  }

  WordCounter counter_;
  const uint32_t mostWords_;
  std::unique_ptr<TokenBlock> block_;
  uint32_t sentence_ = 0;
  EncodedSentences encoded_;
  std::vector<uint32_t> order_;
  size_t nextInOrder_ = 0;
  /** Set while another thread has the counter, and for good if it fails there; of JavaScript's thread. */
  bool busy_ = false;
};

}  // namespace

Napi::Value createWordCounter(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments options(info[0]);
    const uint64_t memoryBytes = options.whole("memoryBytes", 0, uint64_t{1} << 53);
    const auto session = std::make_shared<CountingSession>(memoryBytes, options.whole32("mostWords", 1));
    const auto counter = Napi::Object::New(env);
    setMethod(counter, "take", [session](const Napi::CallbackInfo& call) {
      session->take(call.Env(), Arguments(call[0], "block"));
      return call.Env().Undefined();
    });
    setMethod(counter, "encode", [session](const Napi::CallbackInfo& call) { return session->encode(call.Env(), session); });
    setMethod(counter, "sort", [session](const Napi::CallbackInfo& call) { return session->sort(call.Env(), session); });
    setMethod(counter, "list", [session](const Napi::CallbackInfo& call) {
      session->list(call.Env());
      return call.Env().Undefined();
    });
    setMethod(counter, "size", [session](const Napi::CallbackInfo& call) { return session->size(call.Env()); });
    setMethod(counter, "growTo", [session](const Napi::CallbackInfo& call) {
      session->growTo(call.Env(), Arguments(call[0], "size"));
      return call.Env().Undefined();
    });
    setMethod(counter, "restore", [session](const Napi::CallbackInfo& call) {
      session->restore(call.Env(), Arguments(call[0], "words"));
      return call.Env().Undefined();
    });
    setMethod(counter, "nextRunBytes", [session](const Napi::CallbackInfo& call) { return session->nextRunBytes(call.Env()); });
    setMethod(counter, "startEmpty", [session](const Napi::CallbackInfo& call) {
      session->startEmpty(call.Env());
      return call.Env().Undefined();
    });
    setMethod(counter, "startPruned", [session](const Napi::CallbackInfo& call) {
      return session->startPruned(call.Env(), Arguments(call[0]).whole32("threshold", 0));
    });
    setMethod(counter, "words", [session](const Napi::CallbackInfo& call) {
      return Napi::Number::New(call.Env(), session->words(call.Env()));
    });
    return counter;
  });
}

}  // namespace wordmill
