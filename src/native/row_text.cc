#include "row_text.h"

#include <cstring>

#include "number_text.h"

namespace wordmill {

namespace {

inline bool isSeparator(char character) { return character == ' ' || character == '\t'; }

const char* withoutSpaceAtEnd(const char* start, const char* end) {
  while (end > start && (isSeparator(end[-1]) || end[-1] == '\r')) end--;
  return end;
}

bool readValues(const char* at, const char* end, float* values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    at = readNumber(at, end, values[i]);
    if (!at) return false;
    while (at < end && isSeparator(*at)) at++;
  }
  return at == end;
}

}  // namespace

size_t roomForRows(size_t wordBytes, size_t rows, size_t dimensions) {
  return wordBytes + rows * (dimensions * (1 + kLongestNumber) + 1) + kNumberSlack;
}

char* writeRows(const RowsToWrite& rows, char* at) {
  uint32_t wordStart = 0;
  for (size_t row = 0; row < rows.rows; row++) {
    const uint32_t wordEnd = rows.wordEnds[row];
    std::memcpy(at, rows.words + wordStart, wordEnd - wordStart);
    at = writeNumbers(rows.values + row * rows.stride, rows.dimensions, at + (wordEnd - wordStart));
    *at++ = '\n';
    wordStart = wordEnd;
  }
  return at;
}

RowsRead readRows(const char* text, size_t length, const RowsToRead& rows) {
  const char* const textEnd = text + length;
  const char* at = text;
  size_t row = 0;
  for (; row < rows.mostRows && at < textEnd; row++) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(textEnd - at)));
    const char* const end = withoutSpaceAtEnd(at, newline ? newline : textEnd);
    const char* wordEnd = at;
    while (wordEnd < end && !isSeparator(*wordEnd)) wordEnd++;
    if (wordEnd == end || !readValues(wordEnd + 1, end, rows.values + row * rows.stride, rows.dimensions)) break;
    rows.wordStarts[row] = static_cast<uint32_t>(at - text);
    rows.wordEnds[row] = static_cast<uint32_t>(wordEnd - text);
    at = newline ? newline + 1 : textEnd;
  }
  return {row, static_cast<size_t>(at - text)};
}

}  // namespace wordmill
