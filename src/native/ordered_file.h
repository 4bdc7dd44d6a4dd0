#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

namespace wordmill {

/** A file that threads write in numbered pieces, which stand in it in the order of their numbers. */
class OrderedFile {
 public:
  /** Opens a file to be written from its start. @throws Failure `cannotCreate`. */
  OrderedFile(const std::string& path, const std::atomic<bool>& stop);
  ~OrderedFile();
  OrderedFile(const OrderedFile&) = delete;
  OrderedFile& operator=(const OrderedFile&) = delete;

  /**
   * Writes piece `number` (from 0, each once), as soon as the sizes of those before it are known.
   *
   * @returns the byte at which it starts.
   * @throws Failure `inputOutput`.
   */
  uint64_t write(uint64_t number, const void* data, size_t bytes);

  uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  uint64_t place(uint64_t number, size_t bytes);

  const std::string path_;
  const std::atomic<bool>& stop_;
  int descriptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t next_ = 0;
  uint64_t size_ = 0;
};

}  // namespace wordmill
