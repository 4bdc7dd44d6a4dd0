#pragma once
#include <cstddef>
#include <cstdint>

namespace wordmill {

/** Rows of float32 and a word for each, its bytes one word after the other. */
struct RowsToWrite {
  const float* values;
  size_t rows, dimensions, stride;
  const char* words;
  /** By row, the byte after its word. */
  const uint32_t* wordEnds;
};

/** The bytes that `writeRows` needs at most. */
size_t roomForRows(size_t wordBytes, size_t rows, size_t dimensions);

/** Writes rows as text: a word, its numbers after one space each, a line break. Returns the position after them. */
char* writeRows(const RowsToWrite& rows, char* at);

/** Where rows that are read go. */
struct RowsToRead {
  float* values;
  size_t mostRows, dimensions, stride;
  /** By row, the bytes of the text at which its word starts and ends. */
  uint32_t* wordStarts;
  uint32_t* wordEnds;
};

/** How many rows were read, and the byte at which the line after them starts. */
struct RowsRead {
  size_t rows, end;
};

/**
 * Reads plain rows from text: a word without spaces, exactly `dimensions` numbers, a line break (or the end). Stops at
 * the first line that is anything else.
 */
RowsRead readRows(const char* text, size_t length, const RowsToRead& rows);

}  // namespace wordmill
