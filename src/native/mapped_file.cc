#include "mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"

namespace wordmill {

namespace {

Failure systemFailure(const std::string& path, int code) {
  const char* const kind = code == ENOENT ? "noInput" : code == ENOMEM ? "outOfMemory" : "inputOutput";
  return Failure(kind, path + ": cannot read: " + std::strerror(code));
}

}  // namespace

MappedFile::MappedFile(const std::string& path) : path_(path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw systemFailure(path, errno);
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    const int code = errno;
    close(descriptor);
    throw systemFailure(path, code);
  }
  size_ = static_cast<size_t>(status.st_size);
  if (size_ > 0) {
    void* mapped = mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
    const int code = errno;
    if (mapped == MAP_FAILED) {
      close(descriptor);
      throw systemFailure(path, code);
    }
    data_ = static_cast<const uint8_t*>(mapped);
    watched_.emplace(mapped, size_, path);
  }
  close(descriptor);
}

MappedFile::~MappedFile() {
  watched_.reset();
  if (data_) munmap(const_cast<uint8_t*>(data_), size_);
}

void MappedFile::requireSize(uint64_t bytes) const {
  if (size_ >= bytes) return;
  throw Failure("data", path_ + ": too short: has " + std::to_string(size_) + " bytes, needs " + std::to_string(bytes));
}

}  // namespace wordmill
