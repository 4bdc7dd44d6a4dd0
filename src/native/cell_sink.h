#pragma once
#include <cstdint>
#include <vector>

#include "cell_file.h"

namespace wordmill {

/** Takes cells from several threads, in numbered pieces. */
class CellSink {
 public:
  virtual ~CellSink() = default;
  /** @param number of the piece, from 0; each comes once, and pieces are in the order of rows. */
  virtual void take(uint64_t number, const std::vector<CellRecord>& cells) = 0;
};

}  // namespace wordmill
