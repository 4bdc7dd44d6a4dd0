#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "row_slab.h"

namespace wordmill {

/** Takes what shards made of their copies of rows back into the matrix (docs/sampling.md, "Deterministic training"). */
class RowMerge {
 public:
  RowMerge(float* matrix, size_t rows, size_t stride) : matrix_(matrix), stride_(stride), entries_(rows) {}

  /**
   * Merges one part of the rows. Parts may be merged at the same time; what comes out does not depend on how many
   * there are.
   *
   * @param shards in the order in which their changes are added; the copies are not good for anything after that.
   * @param damping of the changes to rows that several shards trained on, by prediction.
   */
  void merge(const std::vector<RowSlab*>& shards, uint32_t part, uint32_t parts, float damping);

 private:
  /** A row that is being merged. */
  struct Entry {
    float* changes = nullptr;  // their sum, in the place of the first shard's copy
    uint32_t predictions = 0;
    uint16_t shards = 0;   // that trained on the row
    uint16_t waiting = 0;  // of them, those that have not been added
  };

  void add(Entry& entry, float* row, float* copy, float damping) const;

  float* matrix_;
  size_t stride_;
  std::vector<Entry> entries_;  // by row; all of them are empty between merges
};

}  // namespace wordmill
