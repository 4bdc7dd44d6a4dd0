#pragma once
// The release's file of co-occurrences: records of a row, a column (words numbered from 1) and a value.
#include <cstdint>
#include <cstring>
#include <string>

#include "mapped_file.h"

namespace wordmill {

/** One record, as it lies in the file: little-endian, 16 bytes. */
struct CellRecord {
  int32_t row;     // from 1
  int32_t column;  // from 1
  double value;
};
static_assert(sizeof(CellRecord) == 16, "the file has no padding");

/** A file of records, read by any number of threads. */
class CellFile {
 public:
  /**
   * @param words the size of the vocabulary.
   * @throws Failure `data` if it is no whole number of records, or as MappedFile.
   */
  CellFile(const std::string& path, uint32_t words);

  uint64_t size() const { return size_; }

  /** @throws Failure `data` for a word that is not in the vocabulary, or a value that is not above 0 or not finite. */
  CellRecord at(uint64_t index) const {
    CellRecord record;
    std::memcpy(&record, file_.data() + index * sizeof record, sizeof record);
    const bool known = record.row >= 1 && static_cast<uint32_t>(record.row) <= words_ && record.column >= 1 &&
                       static_cast<uint32_t>(record.column) <= words_;
    if (!known || !(record.value > 0) || record.value > kLargest) fail(index, record);
    return record;
  }

 private:
  static constexpr double kLargest = 1e300;
  [[noreturn]] void fail(uint64_t index, const CellRecord& record) const;

  MappedFile file_;
  uint32_t words_;
  uint64_t size_;
};

}  // namespace wordmill
