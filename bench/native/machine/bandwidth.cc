// How fast memory is: McCalpin's STREAM triad over arrays that no cache holds, and rows at random places, read and
// updated as training does it. Bytes are counted as the program names them: a triad's are 12 an element, a row that is
// updated counts twice; the line that a store first has to fetch is not counted.
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "measure.h"

namespace {

constexpr size_t kElements = size_t{32} << 20;  // floats: 128 MiB an array
constexpr int kRuns = 5;

/** Zeros in huge pages where the system has them, as the matrices of training are. */
float* allocate(size_t floats) {
  const size_t bytes = floats * sizeof(float);
  void* memory = nullptr;
  if (posix_memalign(&memory, size_t{2} << 20, bytes) != 0) std::abort();
  madvise(memory, bytes, MADV_HUGEPAGE);
  std::memset(memory, 0, bytes);
  return static_cast<float*>(memory);
}

void triad(float* a, const float* b, const float* c, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) a[i] = b[i] + 3.0f * c[i];
}

void reportTriad(unsigned threads) {
  float* const a = allocate(kElements);
  float* const b = allocate(kElements);
  float* const c = allocate(kElements);
  const double seconds = bestSeconds(threads, kRuns, [&](unsigned thread) {
    triad(a, b, c, kElements * thread / threads, kElements * (thread + 1) / threads);
  });
  report("triad", threads, 3.0 * sizeof(float) * kElements / seconds / 1e9, "GB/s");
  std::free(a);
  std::free(b);
  std::free(c);
}

volatile float sink;

/** Reads, or reads and changes, rows of so many floats at random places of a matrix of so many rows. */
void reportRows(unsigned threads, size_t rows, size_t rowFloats, bool update) {
  float* const matrix = allocate(rows * rowFloats);
  constexpr size_t kVisits = size_t{1} << 21;
  const double seconds = bestSeconds(threads, kRuns, [&](unsigned thread) {
    uint64_t state = 88172645463325252u + thread;
    float sum = 0;
    for (size_t visit = 0; visit < kVisits; visit++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      float* const row = matrix + ((state >> 33) * rows >> 31) * rowFloats;
      if (update) {
        for (size_t j = 0; j < rowFloats; j++) row[j] += 1.0f;
      } else {
        for (size_t j = 0; j < rowFloats; j++) sum += row[j];
      }
    }
    sink = sum;
  });
  const double bytes = double(threads) * kVisits * rowFloats * sizeof(float) * (update ? 2 : 1);
  char name[80];
  std::snprintf(name, sizeof name, "%s rows of %zu bytes, matrix of %zu MB", update ? "update" : "read",
                rowFloats * sizeof(float), rows * rowFloats * sizeof(float) / 1000000);
  report(name, threads, bytes / seconds / 1e9, "GB/s");
  std::free(matrix);
}

}  // namespace

/** bandwidth THREADS ROWS */
int main(int, char** arguments) {
  const auto threads = static_cast<unsigned>(std::atoi(arguments[1]));
  const auto rows = static_cast<size_t>(std::atoll(arguments[2]));
  reportTriad(threads);
  for (const size_t rowFloats : {size_t{112}, size_t{304}}) {
    reportRows(threads, rows, rowFloats, false);
    reportRows(threads, rows, rowFloats, true);
  }
}
