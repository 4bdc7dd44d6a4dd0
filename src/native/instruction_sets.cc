#include "instruction_sets.h"

#include "failure.h"

namespace wordmill {

#if defined(__x86_64__)
extern const Kernels kAvx512;
extern const GloveKernel kGloveAvx512;
extern const SearchKernel kSearchAvx512;
extern const Kernels kAvx2;
extern const GloveKernel kGloveAvx2;
extern const SearchKernel kSearchAvx2;
#elif defined(__aarch64__)
extern const Kernels kNeon;
extern const GloveKernel kGloveNeon;
extern const SearchKernel kSearchNeon;
#endif
extern const Kernels kPortable;
extern const GloveKernel kGlovePortable;
extern const SearchKernel kSearchPortable;

namespace {

std::vector<InstructionSet> detect() {
  std::vector<InstructionSet> sets;
#if defined(__x86_64__)
  // These ask the processor and, for the registers, whether the operating system saves them.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    sets.push_back({"avx512", &kAvx512, &kGloveAvx512, &kSearchAvx512});
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.push_back({"avx2", &kAvx2, &kGloveAvx2, &kSearchAvx2});
#elif defined(__aarch64__)
  sets.push_back({"neon", &kNeon, &kGloveNeon, &kSearchNeon});
#endif
  sets.push_back({"portable", &kPortable, &kGlovePortable, &kSearchPortable});
  return sets;
}

}  // namespace

const std::vector<InstructionSet>& instructionSets() {
  static const std::vector<InstructionSet> sets = detect();
  return sets;
}

const InstructionSet& instructionSet(const std::string& name) {
  std::string known;
  for (const InstructionSet& set : instructionSets()) {
    if (set.name == name) return set;
    known += (known.empty() ? "" : ", ") + std::string(set.name);
  }
  throw Failure("unavailable", "this machine cannot run the instruction set '" + name + "'; it has " + known);
}

}  // namespace wordmill
