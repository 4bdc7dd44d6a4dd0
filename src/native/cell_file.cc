#include "cell_file.h"

#include "failure.h"

namespace wordmill {

CellFile::CellFile(const std::string& path, uint32_t words)
    : file_(path), words_(words), size_(file_.size() / sizeof(CellRecord)) {
  if (file_.size() % sizeof(CellRecord) == 0) return;
  throw Failure("data", path + ": " + std::to_string(file_.size()) + " bytes are no whole number of records of " +
                            std::to_string(sizeof(CellRecord)) + " bytes; the file is cut short, or no co-occurrence file");
}

void CellFile::fail(uint64_t index, const CellRecord& record) const {
  const std::string where = file_.path() + ": record " + std::to_string(index + 1);
  if (!(record.value > 0) || record.value > kLargest) {
    throw Failure("data", where + " has the value " + std::to_string(record.value) + ", which is not above 0 and finite");
  }
  throw Failure("data", where + " is of the words " + std::to_string(record.row) + " and " +
                            std::to_string(record.column) + "; the vocabulary has 1 to " + std::to_string(words_));
}

}  // namespace wordmill
