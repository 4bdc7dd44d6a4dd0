#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "../number_text.h"
#include "../row_text.h"
#include "sanitized.h"

namespace wordmill {

namespace {

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/** Memory of exactly this size, so that one byte past it is noticed. */
std::unique_ptr<char[]> exactly(size_t size) { return std::unique_ptr<char[]>(new char[size]); }

void checkEveryExponent() {
  std::vector<float> values;
  for (uint32_t high = 0; high < 512; high++) {
    for (const uint32_t low : {0u, 1u, 0x2aaaaau, 0x400000u, 0x7fffffu}) values.push_back(floatOf(high << 23 | low));
  }
  const std::string word = "word";
  const auto wordEnd = static_cast<uint32_t>(word.size());
  const size_t room = roomForRows(word.size(), 1, values.size());
  const auto text = exactly(room);
  const char* const end = writeRows({values.data(), 1, values.size(), values.size(), word.data(), &wordEnd}, text.get());
  REQUIRE(end <= text.get() + room);
  const char* at = text.get() + word.size();
  for (const float value : values) {
    float read = 0;
    const char* const next = readNumber(at + 1, end - 1, read);
    if (next) {
      REQUIRE(read == value || std::fabs(read - value) <= 1e-5f * std::fabs(value) + 1e-44f);
      at = next;
    } else {
      REQUIRE(!std::isfinite(value) || std::fabs(value) < 1e-14f || std::fabs(value) > 1e14f);
      for (at++; *at != ' ' && *at != '\n'; at++) continue;
    }
  }
}

void checkDamagedRows() {
  const std::string plain = "one 1 -2.5 3e-05\ntwo .5 5. 123456789012345678\nthree 1e22 0.000001 -0\n";
  const std::string odd = "0123456789.-+eE \t\r\nxn\xff";
  Random random = Random().fork(1);
  for (int round = 0; round < 20000; round++) {
    const size_t length = random.below(static_cast<uint32_t>(plain.size()) + 1);
    const auto text = exactly(length);
    std::memcpy(text.get(), plain.data(), length);
    for (uint32_t damage = random.below(6); damage > 0 && length > 0; damage--) {
      text[random.below(static_cast<uint32_t>(length))] = odd[random.below(static_cast<uint32_t>(odd.size()))];
    }
    std::vector<float> values(3 * 4);
    std::vector<uint32_t> starts(3), ends(3);
    const RowsRead read = readRows(text.get(), length, {values.data(), 3, 3, 4, starts.data(), ends.data()});
    REQUIRE(read.rows <= 3 && read.end <= length);
    for (size_t row = 0; row < read.rows; row++) REQUIRE(starts[row] <= ends[row] && ends[row] < length);
  }
}

}  // namespace

void checkNumbers() {
  checkEveryExponent();
  checkDamagedRows();
}

}  // namespace wordmill
