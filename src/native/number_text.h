#pragma once
#include <cstddef>

namespace wordmill {

/** The longest text that `writeNumber` makes, such as `-1.23457e-05`. */
constexpr size_t kLongestNumber = 12;

/** `writeNumbers` may change this many bytes behind what it returns. */
constexpr size_t kNumberSlack = 8;

/**
 * Writes numbers, each after one space, as C's `printf("%.6g")` prints them (rounding half to even), and returns the
 * position after them. There must be room for `count * (1 + kLongestNumber) + kNumberSlack` bytes.
 */
char* writeNumbers(const float* values, size_t count, char* at);

/**
 * Reads a decimal number that ends at a space, a tab or `end`, and returns the position after it: the nearest float64,
 * rounded once more to float32, as JavaScript's Number and a Float32Array do. Null for what is no number, and for
 * numbers that are left to a more patient reader: more than 19 digits, large exponents, `nan` and `inf`.
 */
const char* readNumber(const char* at, const char* end, float& value);

}  // namespace wordmill
