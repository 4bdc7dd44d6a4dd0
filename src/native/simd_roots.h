#pragma once
// What GloVe's kernel needs beyond simd.h: reciprocal square roots, clipping, and the sum of one vector's lanes.
#include "simd.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace {

/** The processor's estimate of 1/sqrt(x), at least 11 bits right; 0.1 % at worst where it has none. */
WORDMILL_INLINE Floats estimatedReciprocalRoot(Floats x) {
#if WORDMILL_LANES == 16
  return (Floats)_mm512_maskz_rsqrt14_ps(0xffff, (__m512)x);
#elif WORDMILL_LANES == 8
  return (Floats)_mm256_rsqrt_ps((__m256)x);
#elif defined(__x86_64__)
  return (Floats)_mm_rsqrt_ps((__m128)x);
#else
#if defined(__aarch64__)
  Floats root = (Floats)vrsqrteq_f32((float32x4_t)x);
#else
  // Half the exponent, negated: the well-known estimate by the float's bits, to 4 %.
  Floats root = (Floats)(0x5f375a86 - ((Ints)x >> 1));
  root = root * (1.5f - 0.5f * x * root * root);
#endif
  return root * (1.5f - 0.5f * x * root * root);
#endif
}

/** 1/sqrt(x) to about 3e-7 of itself, for x of at least 1e-30: the estimate and a step of Newton's method. */
WORDMILL_INLINE Floats reciprocalRoot(Floats x) {
  const Floats root = estimatedReciprocalRoot(x);
  return root * (1.5f - (0.5f * x) * root * root);
}

/** x, or the limit with its sign where it is larger than that. */
WORDMILL_INLINE Floats clipped(Floats x, Floats limit) {
#if WORDMILL_LANES == 16
  return (Floats)_mm512_range_ps((__m512)x, (__m512)limit, 2);
#elif WORDMILL_LANES == 8
  return (Floats)_mm256_max_ps(_mm256_min_ps((__m256)x, (__m256)limit), (__m256)-limit);
#elif defined(__x86_64__)
  return (Floats)_mm_max_ps(_mm_min_ps((__m128)x, (__m128)limit), (__m128)-limit);
#else
  const Floats below = x < limit ? x : limit;
  return below > -limit ? below : -limit;
#endif
}

typedef float FourFloats __attribute__((vector_size(16)));

/** The sum of all lanes. */
WORDMILL_INLINE float sumOfLanes(Floats vector) {
  union {
    Floats whole;
    FourFloats fours[kLanes / 4];
  } parts = {vector};
#if WORDMILL_LANES == 16
  const FourFloats sum = (parts.fours[0] + parts.fours[1]) + (parts.fours[2] + parts.fours[3]);
#elif WORDMILL_LANES == 8
  const FourFloats sum = parts.fours[0] + parts.fours[1];
#else
  const FourFloats sum = parts.fours[0];
#endif
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

}  // namespace
