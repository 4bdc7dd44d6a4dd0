#pragma once
#include <cstddef>
#include <string>

namespace wordmill {

/**
 * Says what file some memory is a mapping of, for as long as it lives. Where another program cuts the file off, the system
 * raises SIGBUS for whoever reads beyond its end; the process then says which file it was and ends with exit code 74 (I/O
 * error), as nothing can go on. A SIGBUS elsewhere is what it would be without this.
 */
class WatchedMapping {
 public:
  WatchedMapping(const void* start, size_t bytes, const std::string& path);
  ~WatchedMapping();
  WatchedMapping(const WatchedMapping&) = delete;
  WatchedMapping& operator=(const WatchedMapping&) = delete;

 private:
  int slot_ = -1;
};

}  // namespace wordmill
