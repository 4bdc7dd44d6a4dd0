#pragma once
#include <cstddef>

#include <napi.h>

#include "arguments.h"

namespace wordmill {

/** The floats of a row, and from one row to the next. */
struct RowShape {
  size_t dimensions, stride;
};

/** The properties `dimensions` and `stride` of a call. */
RowShape readRowShape(const Arguments& call, uint32_t fewestDimensions = 0);

/** Throws RangeError unless that many rows lie within the call's array `key`; the last needs no padding. */
void checkHoldsRows(const Arguments& call, const char* key, const Napi::Float32Array& data, size_t rows, RowShape shape);

}  // namespace wordmill
