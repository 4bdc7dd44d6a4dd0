#pragma once
// The generator that docs/sampling.md specifies, equal bit for bit to src/core/random.ts.
#include <cstdint>

namespace wordmill {

/** Purposes that draw from the generator; each has a stream of its own. */
enum Stream : uint32_t {
  kSentenceStream = 1,
  kNegativesStream = 2,
  kHeldOutStream = 8,
  kCellsStream = 20,
  kTilesStream = 21,
  kShuffleStream = 22,
};

/** MurmurHash3's 32-bit finaliser. */
inline uint32_t mix(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

/** xoshiro128++ 1.0 (Blackman & Vigna 2021), seeded by any number of 32-bit keys. */
class Random {
 public:
  /** Nothing absorbed yet: the first 128 fractional bits of pi. */
  Random() = default;

  /** As if constructed with the same keys and then this one. */
  Random fork(uint32_t key) const {
    Random forked;
    for (uint32_t lane = 0; lane < 4; lane++) {
      forked.prefix_[lane] = mix((prefix_[lane] ^ key) + 0x9e3779b9u * (lane + 1));
      forked.state_[lane] = forked.prefix_[lane];
    }
    if ((forked.state_[0] | forked.state_[1] | forked.state_[2] | forked.state_[3]) == 0) forked.state_[0] = 1;
    return forked;
  }

  /** The next 32 bits. */
  uint32_t next() {
    const uint32_t sum = state_[0] + state_[3];
    const uint32_t result = ((sum << 7) | (sum >> 25)) + state_[0];
    const uint32_t shifted = state_[1] << 9;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = (state_[3] << 11) | (state_[3] >> 21);
    return result;
  }

  /** In [0, 1), with 32 random bits. */
  double unit() { return next() / 4294967296.0; }

  /** A whole number in [0, n). */
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((static_cast<uint64_t>(next()) * n) >> 32); }

 private:
  uint32_t prefix_[4] = {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u};
  uint32_t state_[4] = {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u};
};

}  // namespace wordmill
