#pragma once
#include <string>
#include <vector>

#include "glove_kernel.h"
#include "kernel.h"
#include "search_kernel.h"

namespace wordmill {

/** Kernels, and the name of what they are compiled for. */
struct InstructionSet {
  const char* name;
  const Kernels* kernels;
  const GloveKernel* glove;
  const SearchKernel* search;
};

/** What this machine can run, widest first; the last is `portable`, always. */
const std::vector<InstructionSet>& instructionSets();

/** @throws Failure `unavailable`, naming what there is. */
const InstructionSet& instructionSet(const std::string& name);

}  // namespace wordmill
