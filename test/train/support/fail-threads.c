/* Preloaded into a process: while FAIL_THREADS_AFTER is set, so many more threads start, and then none. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

typedef int (*Create)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  static int started = 0;
  const char* const limit = getenv("FAIL_THREADS_AFTER");
  if (limit && __atomic_fetch_add(&started, 1, __ATOMIC_RELAXED) >= atoi(limit)) return EAGAIN;
  return ((Create)dlsym(RTLD_NEXT, "pthread_create"))(thread, attributes, start, argument);
}
