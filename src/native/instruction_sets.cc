#include "instruction_sets.h"

#include "failure.h"

namespace wordmill {

#if defined(__x86_64__)
void trainAvx512(const TrainingRows&, const GroupBatch&, const KernelScratch&);
void trainAvx2(const TrainingRows&, const GroupBatch&, const KernelScratch&);
#elif defined(__aarch64__)
void trainNeon(const TrainingRows&, const GroupBatch&, const KernelScratch&);
#endif
void trainPortable(const TrainingRows&, const GroupBatch&, const KernelScratch&);

namespace {

std::vector<InstructionSet> detect() {
  std::vector<InstructionSet> sets;
#if defined(__x86_64__)
  // These ask the processor and, for the registers, whether the operating system saves them.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    sets.push_back({"avx512", trainAvx512});
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.push_back({"avx2", trainAvx2});
#elif defined(__aarch64__)
  sets.push_back({"neon", trainNeon});
#endif
  sets.push_back({"portable", trainPortable});
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
