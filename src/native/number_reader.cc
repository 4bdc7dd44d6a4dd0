#include <cfloat>
#include <cmath>
#include <cstdint>

#include "number_text.h"

namespace wordmill {

namespace {

using Uint128 = unsigned __int128;

/** Powers of ten that float64 holds exactly. */
constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

constexpr int kLargestPower = 22;
/** Whole numbers of this many digits are exact in float64; of the second, in 64 bits. */
constexpr int kExactDigits = 15;
constexpr int kMostDigits = 19;

inline unsigned digitOf(char character) { return static_cast<unsigned char>(character) - unsigned{'0'}; }

inline bool isSeparator(char character) { return character == ' ' || character == '\t'; }

/** mantissa / 10^power, power up to 19: a quotient of more than 64 bits, its rest kept as a last bit. */
double longQuotient(uint64_t mantissa, int power) {
  if (mantissa == 0) return 0;
  uint64_t divisor = 1;
  for (int i = 0; i < power; i++) divisor *= 10;
  const int shift = 64 + __builtin_clzll(mantissa);
  const Uint128 numerator = static_cast<Uint128>(mantissa) << shift;
  const Uint128 quotient = numerator / divisor;
  const Uint128 sticky = numerator % divisor != 0 ? 1 : 0;
  return std::ldexp(static_cast<double>(quotient | sticky), -shift);
}

/** The exponent behind an `e`, clamped; null if there is none. */
const char* readExponent(const char* at, const char* end, int& exponent) {
  if (*at != 'e' && *at != 'E') return nullptr;
  at++;
  bool negative = false;
  if (at < end && (*at == '-' || *at == '+')) negative = *at++ == '-';
  if (at == end || isSeparator(*at)) return nullptr;
  int size = 0;
  for (; at < end && !isSeparator(*at); at++) {
    const unsigned digit = digitOf(*at);
    if (digit > 9) return nullptr;
    if (size < 10'000) size = size * 10 + static_cast<int>(digit);
  }
  exponent = negative ? -size : size;
  return at;
}

}  // namespace

const char* readNumber(const char* at, const char* end, float& value) {
  bool negative = false;
  if (at < end && (*at == '-' || *at == '+')) negative = *at++ == '-';
  uint64_t mantissa = 0;
  int digits = 0, power = 0;
  for (; at < end; at++, digits++) {
    const unsigned digit = digitOf(*at);
    if (digit > 9) break;
    mantissa = mantissa * 10 + digit;  // What overflows has more digits than are taken below.
  }
  if (at < end && *at == '.') {
    const char* const point = at++;
    for (; at < end; at++) {
      const unsigned digit = digitOf(*at);
      if (digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    if (at - point > 1 + kMostDigits) return nullptr;
    power = static_cast<int>(point + 1 - at);
    digits -= power;
  }
  if (digits == 0 || digits > kMostDigits) return nullptr;
  if (at < end && !isSeparator(*at)) {
    int exponent;
    at = readExponent(at, end, exponent);
    if (!at) return nullptr;
    power += exponent;
  }
  double magnitude;
  if (digits <= kExactDigits && power >= -kLargestPower && power <= kLargestPower) {
    // One rounding of two exact numbers (Clinger 1990, "How to read floating point numbers accurately").
    const auto whole = static_cast<double>(mantissa);
    magnitude = power < 0 ? whole / kPowers[-power] : whole * kPowers[power];
  } else if (power <= 0 && power >= -kMostDigits) {
    magnitude = longQuotient(mantissa, -power);
  } else {
    return nullptr;
  }
  if (magnitude > FLT_MAX) return nullptr;
  value = static_cast<float>(negative ? -magnitude : magnitude);
  return at;
}

}  // namespace wordmill
