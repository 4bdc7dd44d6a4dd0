#pragma once
// Vectors of WORDMILL_LANES floats, in the vector extensions that GCC and Clang share; included by kernels only.
#include <stddef.h>
#include <stdint.h>

namespace {

constexpr int kLanes = WORDMILL_LANES;

typedef float Floats __attribute__((vector_size(4 * WORDMILL_LANES)));
#if WORDMILL_LANES > 8
typedef float HalfFloats __attribute__((vector_size(2 * WORDMILL_LANES)));
#endif
typedef int32_t Ints __attribute__((vector_size(4 * WORDMILL_LANES)));
typedef double Doubles __attribute__((vector_size(8 * WORDMILL_LANES)));
typedef float UnalignedFloats __attribute__((vector_size(4 * WORDMILL_LANES), aligned(4), may_alias));

#define WORDMILL_INLINE inline __attribute__((always_inline))
#define WORDMILL_INLINE_LAMBDA __attribute__((always_inline))

WORDMILL_INLINE Floats splat(float value) { return value - Floats{}; }
WORDMILL_INLINE Floats load(const float* from) { return *reinterpret_cast<const Floats*>(from); }
WORDMILL_INLINE void store(float* to, Floats value) { *reinterpret_cast<Floats*>(to) = value; }
WORDMILL_INLINE Floats loadUnaligned(const float* from) { return *reinterpret_cast<const UnalignedFloats*>(from); }
WORDMILL_INLINE void storeUnaligned(float* to, Floats value) {
  *reinterpret_cast<UnalignedFloats*>(to) = static_cast<UnalignedFloats>(value);
}

#if defined(__clang__) || __GNUC__ >= 12
#define WORDMILL_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define WORDMILL_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Ints{__VA_ARGS__})
#endif

// Sums of pairs of neighbouring floats, a's then b's within each four: two such steps turn four vectors into one
// that holds, in each four, what each vector had there. Nothing crosses a 128-bit boundary, which is costly on x86.
WORDMILL_INLINE Floats addNeighbours(Floats a, Floats b) {
#if WORDMILL_LANES == 4
  return WORDMILL_SHUFFLE(a, b, 0, 2, 4, 6) + WORDMILL_SHUFFLE(a, b, 1, 3, 5, 7);
#elif WORDMILL_LANES == 8
  return WORDMILL_SHUFFLE(a, b, 0, 2, 8, 10, 4, 6, 12, 14) + WORDMILL_SHUFFLE(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
#else
  return WORDMILL_SHUFFLE(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         WORDMILL_SHUFFLE(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
#endif
}

// Sums of pairs of neighbouring fours, a's then b's.
WORDMILL_INLINE Floats addFours([[maybe_unused]] Floats a, [[maybe_unused]] Floats b) {
#if WORDMILL_LANES == 8
  return WORDMILL_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + WORDMILL_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
#elif WORDMILL_LANES == 16
  return WORDMILL_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         WORDMILL_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
#else
  return a;
#endif
}

/** The sums of each four lanes' worth, from kLanes / 4 vectors that hold four half-reduced sums each. */
WORDMILL_INLINE Floats sumOfFours(const Floats* vectors) {
#if WORDMILL_LANES == 16
  return addFours(addFours(vectors[0], vectors[1]), addFours(vectors[2], vectors[3]));
#elif WORDMILL_LANES == 8
  return addFours(vectors[0], vectors[1]);
#else
  return vectors[0];
#endif
}

/** Lane i of the result is the sum of all lanes of vectors[i]. */
WORDMILL_INLINE Floats sumOfEach(Floats vectors[kLanes]) {
#pragma GCC unroll 16
  for (int left = kLanes, step = 0; left > 1; left /= 2, step++) {
#pragma GCC unroll 16
    for (int i = 0; i < left / 2; i++) {
      vectors[i] = step < 2 ? addNeighbours(vectors[2 * i], vectors[2 * i + 1])
                            : addFours(vectors[2 * i], vectors[2 * i + 1]);
    }
  }
  return vectors[0];
}

/** A number of floats, rounded up to whole vectors. */
constexpr size_t wholeVectors(size_t floats) { return (floats + kLanes - 1) / kLanes * kLanes; }

/**
 * 2^x for x of at most 0, to some 1e-7 relative; below -125 it stays what it is there. NaN stays NaN. The polynomial,
 * like those below, is interpolated at Chebyshev nodes, in float64.
 */
WORDMILL_INLINE Floats powerOf2(Floats x) {
  const Floats exponent = x < splat(-125.0f) ? splat(-125.0f) : x;
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
  const Floats shifted = exponent + 12582912.0f;
  const Floats f = exponent - (shifted - 12582912.0f);  // in [-1/2, 1/2]
  Floats power = splat(0.00015469732170458883f);        // 2^f
  power = power * f + 0.0013400432653725147f;
  power = power * f + 0.00961802527308464f;
  power = power * f + 0.05550327152013779f;
  power = power * f + 0.24022650718688965f;
  power = power * f + 0.6931471824645996f;
  power = power * f + 1.0f;
  return (Floats)((Ints)power + ((Ints)shifted << 23));
}

constexpr float kLog2OfE = 1.44269504088896341f;

/** exp(x) for x of at most 0; 0 where that is no normal float any more. */
WORDMILL_INLINE Floats expOfNegative(Floats x) {
  const Floats exponent = x * kLog2OfE;
  return exponent < splat(-125.0f) ? Floats{} : powerOf2(exponent);
}

/** 1 / x for x in [1, 2], to some 1e-7. */
WORDMILL_INLINE Floats reciprocalOf(Floats x) {
#if WORDMILL_LANES == 16
  // The processor's estimate, to 14 bits, and a step of Newton: a third of a division's time.
  const Floats estimate = (Floats)__builtin_ia32_rcp14ps512_mask(x, Floats{}, 0xffff);
  return estimate * (2.0f - x * estimate);
#else
  return 1.0f / x;
#endif
}

/** Scores of this size and beyond count as certain: their error is 0 (docs/sampling.md, "Outputs and labels"). */
constexpr float kLargestScore = 6.0f;

/** The sigmoid of x, and the parts of softplus(x) = log(1 + exp(x)) = positivePart + log(onePlus). */
struct Logistic {
  Floats error;         // 1 / (1 + exp(-x)), and 0 beyond the largest score
  Floats positivePart;  // max(0, x)
  Floats onePlus;       // 1 + exp(-|x|)
};

/** To some 3e-7 relative; NaN stays NaN. */
WORDMILL_INLINE Logistic logistic(Floats x) {
  const Ints negative = x < Floats{};
  const Floats magnitude = negative ? -x : x;
  const Floats t = powerOf2(magnitude * -kLog2OfE);  // exp(-|x|)
  const Floats onePlus = 1.0f + t;
  const Floats reciprocal = reciprocalOf(onePlus);
  const Floats sigmoid = negative ? t * reciprocal : reciprocal;
  return {magnitude < kLargestScore ? sigmoid : Floats{}, negative ? Floats{} : x, onePlus};
}

/** The natural logarithm of positive normal numbers, to some 3e-7; NaN stays NaN. */
WORDMILL_INLINE Floats logOf(Floats x) {
  const Ints bits = (Ints)x;
  const Floats exponent = __builtin_convertvector((bits >> 23) - 127, Floats);
  const Floats t = (Floats)((bits & 0x007fffff) | 0x3f800000) - 1.0f;  // in [0, 1)
  Floats ratio = splat(0.005253457929939032f);                         // log(1 + t) / t
  ratio = ratio * t + -0.02958850748836994f;
  ratio = ratio * t + 0.07836166769266129f;
  ratio = ratio * t + -0.13674770295619965f;
  ratio = ratio * t + 0.19111430644989014f;
  ratio = ratio * t + -0.24844369292259216f;
  ratio = ratio * t + 0.33319270610809326f;
  ratio = ratio * t + -0.49999502301216125f;
  ratio = ratio * t + 1.0f;
  const Floats log = exponent * 0.6931471805599453f + t * ratio;
  return x == x ? log : x;
}

}  // namespace
