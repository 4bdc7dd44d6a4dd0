#include "row_arguments.h"

#include <algorithm>

namespace wordmill {

RowShape readRowShape(const Arguments& call, uint32_t fewestDimensions) {
  const uint32_t dimensions = call.whole32("dimensions", fewestDimensions);
  return {dimensions, call.whole32("stride", std::max(dimensions, 1u))};
}

void checkHoldsRows(const Arguments& call, const char* key, const Napi::Float32Array& data, size_t rows, RowShape shape) {
  if (rows == 0) return;
  const size_t most = data.ElementLength() / shape.stride + (data.ElementLength() % shape.stride >= shape.dimensions);
  if (most < rows) call.outOfRange(key, "as long as rows x stride");
}

}  // namespace wordmill
