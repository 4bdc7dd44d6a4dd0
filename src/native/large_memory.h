#pragma once
#include <cstddef>
#include <string>

namespace wordmill {

/** Memory for large tables: zeros, page by page as it is touched; the machine's own, or a scratch file's. */
class LargeMemory {
 public:
  LargeMemory() = default;
  /**
   * @param scratch a file to make, where the memory is to be backed by one, which the system may write out; else empty.
   * @throws Failure `outOfMemory`, `cannotCreate` or `inputOutput`.
   */
  LargeMemory(size_t bytes, const std::string& scratch);
  ~LargeMemory();
  LargeMemory(LargeMemory&& other) noexcept;
  LargeMemory& operator=(LargeMemory&& other) noexcept;

  void* data() const { return data_; }
  size_t size() const { return bytes_; }

 private:
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace wordmill
