#include "large_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"

namespace wordmill {

namespace {

/** A file of so many bytes without a name: the disk's room is taken at once, so that no write to it fails later. */
int makeScratch(const std::string& path, size_t bytes) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw Failure("cannotCreate", path + ": cannot create: " + std::strerror(errno));
  unlink(path.c_str());
  const int code = posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
  if (code != 0) {
    close(descriptor);
    throw Failure("inputOutput", path + ": no room for " + std::to_string(bytes) + " bytes: " + std::strerror(code));
  }
  return descriptor;
}

}  // namespace

LargeMemory::LargeMemory(size_t bytes, const std::string& scratch) : bytes_(bytes) {
  if (bytes == 0) return;
  const bool own = scratch.empty();
  const int descriptor = own ? -1 : makeScratch(scratch, bytes);
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, own ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, descriptor, 0);
  if (!own) close(descriptor);
  if (mapped == MAP_FAILED) throw Failure("outOfMemory", "no memory: " + std::to_string(bytes) + " bytes were asked for");
#ifdef MADV_HUGEPAGE
  if (own) madvise(mapped, bytes, MADV_HUGEPAGE);
#endif
  data_ = mapped;
}

LargeMemory::~LargeMemory() {
  if (data_) munmap(data_, bytes_);
}

LargeMemory::LargeMemory(LargeMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

LargeMemory& LargeMemory::operator=(LargeMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace wordmill
