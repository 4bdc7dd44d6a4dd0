#include "file_map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "errors.h"
#include "watched_mapping.h"

namespace wordmill {

namespace {

Failure failureOf(const std::string& path, int code) {
  const char* const kind = code == ENOENT ? "noInput" : code == ENOMEM ? "outOfMemory" : "inputOutput";
  return Failure(kind, path + ": cannot map: " + std::strerror(code));
}

/** A descriptor that is closed at the end of its block; a mapping lives on without it. A pipe is not waited for. */
struct Descriptor {
  explicit Descriptor(const std::string& path) : number(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (number >= 0) close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const int number;
};

struct Mapping {
  void* start;
  size_t bytes;
};

Mapping mapPrivately(const std::string& path, double most) {
  const Descriptor descriptor(path);
  struct stat status;
  if (descriptor.number < 0 || fstat(descriptor.number, &status) != 0) throw failureOf(path, errno);
  if (!S_ISREG(status.st_mode)) throw Failure("noInput", path + ": this is not a regular file");
  if (status.st_size == 0) throw Failure("data", path + ": the file is empty");
  if (static_cast<double>(status.st_size) > most) {
    throw Failure("outOfMemory", path + ": too large to map: " + std::to_string(status.st_size) + " bytes");
  }
  const size_t bytes = static_cast<size_t>(status.st_size);
  // Pages that nobody writes to need no memory of their own, so none is set aside for them.
  void* const start =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor.number, 0);
  if (start == MAP_FAILED) throw failureOf(path, errno);
  return {start, bytes};
}

}  // namespace

Napi::Value mapFile(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) throw Napi::TypeError::New(env, "path must be a string");
  if (!info[1].IsNumber()) throw Napi::TypeError::New(env, "most must be a number");
  const std::string path = info[0].As<Napi::String>();
  const double most = info[1].As<Napi::Number>();
  return withErrors(env, [&]() -> Napi::Value {
    const Mapping mapping = mapPrivately(path, most);
    auto watched = std::make_shared<WatchedMapping>(mapping.start, mapping.bytes, path);
    return Napi::ArrayBuffer::New(env, mapping.start, mapping.bytes,
                                  [watched, bytes = mapping.bytes](Napi::Env, void* start) mutable {
                                    watched.reset();
                                    munmap(start, bytes);
                                  });
  });
}

}  // namespace wordmill
