#include <cmath>
#include <cstdint>
#include <cstring>

#include "number_text.h"

namespace wordmill {

namespace {

using Uint128 = unsigned __int128;

/** A number as six digits d and an exponent: d.ddddd x 10^exponent. */
struct SixDigits {
  uint32_t digits;
  int exponent;
};

/** `000` to `999` as bytes of a little-endian number, and how many of the three are left without zeros at the end. */
struct ThreeDigits {
  uint32_t text[1000];
  uint8_t length[1000];

  ThreeDigits() {
    for (uint32_t number = 0; number < 1000; number++) {
      const uint32_t digits[] = {number / 100, number / 10 % 10, number % 10};
      text[number] = 0x303030 + (digits[0] | digits[1] << 8 | digits[2] << 16);
      length[number] = static_cast<uint8_t>(digits[2] ? 3 : digits[1] ? 2 : digits[0] ? 1 : 0);
    }
  }
};

const ThreeDigits kThreeDigits;

/** Powers of ten that float64 holds exactly. */
constexpr double kPowers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13};

/** Added to a smaller number, leaves no bits for a fraction: the sum is rounded to a whole number, half to even. */
constexpr double kRounder = 6755399441055744.0;  // 1.5 x 2^52

Uint128 powerOf(Uint128 base, int exponent) {
  Uint128 power = 1;
  for (int i = 0; i < exponent; i++) power *= base;
  return power;
}

/** A quotient with its rest, rounded half to even. */
uint32_t rounded(Uint128 quotient, Uint128 rest, Uint128 divisor) {
  const Uint128 left = divisor - rest;
  const bool up = rest > left || (rest == left && (quotient & 1));
  return static_cast<uint32_t>(quotient) + (up ? 1 : 0);
}

/**
 * Exact for every finite number but 0: below 1e6 its 24 bits times 5^k fit 128 bits for the k that six digits take
 * (the smallest, with k up to 50, are subnormal and have fewer bits); above, its whole part has up to 128 bits.
 */
SixDigits slowDigits(float magnitude) {
  int binary;
  const auto mantissa = static_cast<Uint128>(std::ldexp(std::frexp(magnitude, &binary), 24));
  binary -= 24;
  auto exponent = static_cast<int>(std::floor(std::log10(static_cast<double>(magnitude))));
  for (;;) {
    SixDigits found;
    found.exponent = exponent;
    const int power = 5 - exponent;
    if (power >= 0) {
      // A subnormal's mantissa ends in zeros; without them, the product fits.
      Uint128 odd = mantissa;
      int shift = -(binary + power);
      while ((odd & 1) == 0) {
        odd >>= 1;
        shift--;
      }
      const Uint128 product = odd * powerOf(5, power);
      if (shift <= 0) {
        found.digits = static_cast<uint32_t>(product << -shift);
      } else {
        const Uint128 unit = static_cast<Uint128>(1) << shift;
        found.digits = rounded(product >> shift, product & (unit - 1), unit);
      }
    } else {
      const Uint128 whole = binary >= 0 ? mantissa << binary : mantissa;
      const Uint128 divisor = binary >= 0 ? powerOf(10, -power) : powerOf(10, -power) << -binary;
      found.digits = rounded(whole / divisor, whole % divisor, divisor);
    }
    if (found.digits < 100'000) {
      exponent--;
    } else if (found.digits > 1'000'000) {
      exponent++;
    } else {
      if (found.digits == 1'000'000) found = {100'000, exponent + 1};
      return found;
    }
  }
}

/**
 * The same for 1e-7 <= magnitude < 1e6, where a float32 (24 bits) times 10^k (5^12 has 28) fits the 53 bits of a
 * float64, so that the product is exact.
 */
inline SixDigits fastDigits(float magnitude) {
  uint32_t bits;
  std::memcpy(&bits, &magnitude, sizeof bits);
  const int binary = static_cast<int>(bits >> 23) - 127;
  int exponent = (binary * 1233) >> 12;  // floor(log10(2^binary)); the number may reach the next power of ten
  const double value = magnitude;
  exponent += value * kPowers[5 - exponent] >= 1e6 ? 1 : 0;
  const double sum = value * kPowers[5 - exponent] + kRounder;
  uint64_t whole;
  std::memcpy(&whole, &sum, sizeof whole);
  const auto digits = static_cast<uint32_t>(whole);
  if (digits == 1'000'000) return {100'000, exponent + 1};
  return {digits, exponent};
}

char* writeScientific(uint64_t text, unsigned length, int exponent, char* at) {
  *at++ = static_cast<char>(text);
  if (length > 1) {
    *at++ = '.';
    for (unsigned i = 1; i < length; i++) *at++ = static_cast<char>(text >> (8 * i));
  }
  *at++ = 'e';
  *at++ = exponent < 0 ? '-' : '+';
  const int size = exponent < 0 ? -exponent : exponent;
  *at++ = static_cast<char>('0' + size / 10);
  *at++ = static_cast<char>('0' + size % 10);
  return at;
}

inline void store(uint64_t text, char* at) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  text = __builtin_bswap64(text);
#endif
  std::memcpy(at, &text, sizeof text);
}

inline char* writeDigits(SixDigits number, char* at) {
  const uint32_t high = number.digits / 1000, low = number.digits % 1000;
  const uint64_t text = kThreeDigits.text[high] | static_cast<uint64_t>(kThreeDigits.text[low]) << 24;
  const unsigned length =
      kThreeDigits.length[low] ? 3u + kThreeDigits.length[low] : kThreeDigits.length[high];
  const int exponent = number.exponent;
  if (exponent < -4 || exponent >= 6) return writeScientific(text, length, exponent, at);
  if (exponent < 0) {
    store(0x3030303030302e30, at);  // 0.000000
    at += 1 - exponent;
    store(text, at);
    return at + length;
  }
  const unsigned whole = static_cast<unsigned>(exponent) + 1;
  const uint64_t before = (uint64_t{1} << (8 * whole)) - 1;
  store((text & before) | uint64_t{'.'} << (8 * whole) | (text & ~before) << 8, at);
  return at + (length > whole ? length + 1 : whole);
}

char* writeText(const char* text, char* at) {
  const size_t length = std::strlen(text);
  std::memcpy(at, text, length);
  return at + length;
}

char* writeUnusual(float magnitude, char* at) {
  if (magnitude == 0) return writeText("0", at);
  if (std::isinf(magnitude)) return writeText("inf", at);
  return writeDigits(slowDigits(magnitude), at);
}

}  // namespace

char* writeNumbers(const float* values, size_t count, char* at) {
  for (size_t i = 0; i < count; i++) {
    *at++ = ' ';
    const float value = values[i];
    if (value != value) {
      at = writeText("nan", at);
      continue;
    }
    const float magnitude = std::fabs(value);
    *at = '-';
    at += std::signbit(value) ? 1 : 0;
    const bool usual = magnitude >= 1e-7f && magnitude < 1e6f;
    at = usual ? writeDigits(fastDigits(magnitude), at) : writeUnusual(magnitude, at);
  }
  return at;
}

}  // namespace wordmill
