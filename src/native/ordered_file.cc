#include "ordered_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "failure.h"

namespace wordmill {

OrderedFile::OrderedFile(const std::string& path, const std::atomic<bool>& stop)
    : path_(path), stop_(stop), descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw Failure("cannotCreate", path + ": cannot write: " + std::strerror(errno));
}

OrderedFile::~OrderedFile() { close(descriptor_); }

uint64_t OrderedFile::write(uint64_t number, const void* data, size_t bytes) {
  const uint64_t start = place(number, bytes);
  for (size_t done = 0; done < bytes && !stop_;) {
    const ssize_t written =
        pwrite(descriptor_, static_cast<const char*>(data) + done, bytes - done, static_cast<off_t>(start + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw Failure("inputOutput", path_ + ": cannot write: " + std::strerror(written < 0 ? errno : ENOSPC));
    done += static_cast<size_t>(written);
  }
  return start;
}

uint64_t OrderedFile::place(uint64_t number, size_t bytes) {
  std::unique_lock<std::mutex> lock(mutex_);
  // The thread with the piece before may have failed, which nobody tells this one of: hence the look now and then.
  while (!changed_.wait_for(lock, std::chrono::milliseconds(50), [&] { return stop_ || next_ == number; })) {
  }
  const uint64_t start = size_;
  size_ += bytes;
  next_ = number + 1;
  changed_.notify_all();
  return start;
}

}  // namespace wordmill
