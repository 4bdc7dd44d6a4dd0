#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "watched_mapping.h"

namespace wordmill {

/** A file, mapped read-only for as long as this object lives. */
class MappedFile {
 public:
  /** @throws Failure `noInput` or `inputOutput`. */
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  const std::string& path() const { return path_; }

  /** @throws Failure `data` if the file is shorter than this. */
  void requireSize(uint64_t bytes) const;

 private:
  std::string path_;
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
  std::optional<WatchedMapping> watched_;
};

}  // namespace wordmill
