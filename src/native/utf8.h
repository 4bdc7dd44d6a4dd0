#pragma once
#include <cstdint>

namespace wordmill {

/** No character: the bytes are not UTF-8. */
constexpr uint32_t kNotUtf8 = UINT32_MAX;

/** Decodes the character at `position`, which moves past it; never reads at or after `end`. RFC 3629. */
inline uint32_t nextCharacter(const uint8_t*& position, const uint8_t* end) {
  const uint32_t lead = *position++;
  if (lead < 0x80) return lead;
  const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  if (lead < 0xc2 || lead > 0xf4 || end - position < more) return kNotUtf8;
  uint32_t code = lead & (0x3fu >> more);
  for (int i = 0; i < more; i++) {
    if ((*position & 0xc0) != 0x80) return kNotUtf8;
    code = code << 6 | (*position++ & 0x3f);
  }
  const uint32_t least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < least || code > 0x10ffff || surrogate ? kNotUtf8 : code;
}

}  // namespace wordmill
