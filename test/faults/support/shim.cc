// Loaded before all libraries (LD_PRELOAD), makes the Nth call of a kind fail, or ends the process there. Calls are
// counted from 1 over all threads. Set by the environment:
//   WORDMILL_SHIM_KIND   new: memory of 1 KiB and more that wordmill's addon asks for (operator new, mmap without a file)
//                        buffer: buffers of 256 KiB and more, filled with zeros, that Node asks for (V8's own memory is
//                        asked for otherwise: where there is none, V8 ends the process)
//                        thread: threads that the addon starts
//                        file: calls that change files (open for writing, write, rename, sync, link, unlink, mkdir)
//   WORDMILL_SHIM_AT     the number of the first call that it happens to; 0 for none
//   WORDMILL_SHIM_DO     fail (that one), fail-on (that one and all later ones), kill
//   WORDMILL_SHIM_ERRNO  the error of a file call that fails
//   WORDMILL_SHIM_COUNT  a file that the number of calls is written to at the end
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <new>

namespace {

const char* variable(const char* name) {
  const char* const value = getenv(name);
  return value ? value : "";
}

constexpr size_t kSmallestBuffer = 256 * 1024;

const char* const kind = variable("WORDMILL_SHIM_KIND");
const char* const action = variable("WORDMILL_SHIM_DO");
const char* const countFile = variable("WORDMILL_SHIM_COUNT");
const long at = atol(variable("WORDMILL_SHIM_AT"));
const int fileError = atoi(variable("WORDMILL_SHIM_ERRNO"));
std::atomic<long> calls{0};

// Libraries that this one needs may ask for memory before its variables are set.
bool counts(const char* name) { return kind && strcmp(kind, name) == 0; }

/** Whether this call is to fail; does not return where the process is to end. */
bool failsNow() {
  const long call = ++calls;
  if (at == 0 || call < at) return false;
  if (call == at && strcmp(action, "kill") == 0) kill(getpid(), SIGKILL);
  return call == at || strcmp(action, "fail-on") == 0;
}

/** Whether an address is in a library whose name has this in it. */
bool isIn(void* address, const char* library) {
  dl_find_object found;
  return _dl_find_object(address, &found) == 0 && strstr(found.dlfo_link_map->l_name, library);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool isRegular(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/** Whether a call that changes a file is to fail; errno is set then. */
bool fileFailsNow() {
  if (!counts("file") || !failsNow()) return false;
  errno = fileError;
  return true;
}

struct AtEnd {
  ~AtEnd() {
    if (!*countFile) return;
    if (FILE* const file = fopen(countFile, "w")) {
      fprintf(file, "%ld\n", calls.load());
      fclose(file);
    }
  }
} atEnd;

/** Less is had where there is any memory at all: it is part of what the C library has got already. */
constexpr size_t kSmall = 1024;

void* memoryFor(size_t bytes, size_t alignment, void* caller) {
  if (bytes >= kSmall && counts("new") && isIn(caller, "wordmill.node") && failsNow()) return nullptr;
  return alignment ? aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment) : malloc(bytes ? bytes : 1);
}

void* required(void* memory) {
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

#define CALLER __builtin_return_address(0)

void* operator new(size_t bytes) { return required(memoryFor(bytes, 0, CALLER)); }
void* operator new[](size_t bytes) { return required(memoryFor(bytes, 0, CALLER)); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return memoryFor(bytes, 0, CALLER); }
void* operator new(size_t bytes, std::align_val_t alignment) {
  return required(memoryFor(bytes, static_cast<size_t>(alignment), CALLER));
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { free(memory); }

extern "C" {

void* __libc_calloc(size_t, size_t);

void* calloc(size_t count, size_t size) {
  if (count * size >= kSmallestBuffer && counts("buffer") && failsNow()) return nullptr;
  return __libc_calloc(count, size);
}

void* mmap64(void* where, size_t bytes, int protection, int flags, int descriptor, off64_t offset) {
  static const auto real = next<decltype(&mmap64)>("mmap64");
  if (counts("new") && isIn(CALLER, "wordmill.node") && failsNow()) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return real(where, bytes, protection, flags, descriptor, offset);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  static const auto real = next<decltype(&pthread_create)>("pthread_create");
  if (counts("thread") && isIn(CALLER, "libstdc++") && failsNow()) return EAGAIN;
  return real(thread, attributes, run, argument);
}

int open64(const char* path, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, ...)>("open64");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if ((flags & O_ACCMODE) != O_RDONLY && strncmp(path, "/dev/", 5) != 0 && fileFailsNow()) return -1;
  return real(path, flags, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  static const auto real = next<decltype(&write)>("write");
  return counts("file") && isRegular(descriptor) && fileFailsNow() ? -1 : real(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  static const auto real = next<decltype(&pwrite64)>("pwrite64");
  return fileFailsNow() ? -1 : real(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  static const auto real = next<decltype(&fsync)>("fsync");
  return fileFailsNow() ? -1 : real(descriptor);
}

int rename(const char* from, const char* to) {
  static const auto real = next<decltype(&rename)>("rename");
  return fileFailsNow() ? -1 : real(from, to);
}

int link(const char* from, const char* to) {
  static const auto real = next<decltype(&link)>("link");
  return fileFailsNow() ? -1 : real(from, to);
}

int unlink(const char* path) {
  static const auto real = next<decltype(&unlink)>("unlink");
  return fileFailsNow() ? -1 : real(path);
}

int mkdir(const char* path, mode_t mode) {
  static const auto real = next<decltype(&mkdir)>("mkdir");
  return fileFailsNow() ? -1 : real(path, mode);
}

}  // extern "C"
