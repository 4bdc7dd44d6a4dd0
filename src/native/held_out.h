#pragma once
#include <cstdint>

#include "random.h"

namespace wordmill {

/**
 * The part of the data that groups are drawn from: all of it, or, where a share is held out, either what is held out
 * or the rest (docs/sampling.md, "Streams"; src/train/held-out.ts).
 */
class Part {
 public:
  /** All of it. */
  Part() = default;

  Part(double share, bool heldOut, uint32_t seed)
      : limit_(share * 4294967296.0), heldOut_(heldOut), streams_(Random().fork(seed).fork(kHeldOutStream)) {}

  bool isWhole() const { return limit_ == 0 && !heldOut_; }

  /** The draws of a sentence, or of a run of pairs: one `takes` for the sentence, or for each pair. */
  Random drawsOf(uint64_t number) const { return streams_.fork(static_cast<uint32_t>(number)); }

  bool takes(Random& draws) const { return (draws.next() < limit_) == heldOut_; }

 private:
  double limit_ = 0;  // of draws of 32 bits
  bool heldOut_ = false;
  Random streams_;
};

}  // namespace wordmill
