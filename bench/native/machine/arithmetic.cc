// How fast the processor multiplies and adds float32: fused multiply-adds in registers, on enough independent sums to
// hide their latency, in the widest vectors that the compiler was told of. A multiply-add counts as two operations.
#include <cstdint>
#include <cstdlib>

#include "measure.h"

namespace {

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif
using Vector __attribute__((vector_size(kBytes))) = float;
#if defined(__aarch64__)
#define VECTOR_REGISTER "+w"
#else
#define VECTOR_REGISTER "+v"
#endif
constexpr int kLanes = kBytes / static_cast<int>(sizeof(float));
constexpr int kSums = 12;
constexpr uint64_t kSteps = 40'000'000;

volatile float sink;

/** Sums by name: an array of them would be kept in memory. */
void multiplyAdd() {
  Vector a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{}, i{}, j{}, k{}, l{};
  const Vector factor = Vector{} + 0.999f;
  const Vector addend = Vector{} + 0.001f;
  const auto step = [&](Vector& sum) {
    sum = sum * factor + addend;
    asm("" : VECTOR_REGISTER(sum));  // else equal sums would be one
  };
  for (uint64_t n = 0; n < kSteps; n++) {
    step(a), step(b), step(c), step(d), step(e), step(f);
    step(g), step(h), step(i), step(j), step(k), step(l);
  }
  sink = (a + b + c + d + e + f + g + h + i + j + k + l)[0];
}

}  // namespace

/** arithmetic THREADS */
int main(int, char** arguments) {
  const auto threads = static_cast<unsigned>(std::atoi(arguments[1]));
  const double seconds = bestSeconds(threads, 5, [](unsigned) { multiplyAdd(); });
  const double operations = 2.0 * kLanes * kSums * static_cast<double>(kSteps) * threads;
  report("multiply-add, float32", threads, operations / seconds / 1e9, "GFLOP/s");
}
