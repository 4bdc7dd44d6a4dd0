// Searches with every kernel of this machine and compares what is found, to the last bit, with what a file holds:
//
//     compare_search write FILE      writes what the portable kernel finds
//     compare_search compare FILE    compares what all kernels find with the file
#include <cstdio>
#include <cstring>

#include "../instruction_sets.h"
#include "made_search.h"

using namespace wordmill;

namespace {

std::vector<double> foundBy(const SearchKernel& kernel) {
  std::vector<double> all;
  for (const size_t dimensions : {1, 3, 7, 16, 17, 50, 300}) {
    const auto found = MadeSearch(dimensions).found(kernel, 1);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

int write(std::FILE* file) {
  const auto found = foundBy(*instructionSet("portable").search);
  return std::fwrite(found.data(), sizeof(double), found.size(), file) == found.size() ? 0 : 1;
}

int compare(std::FILE* file) {
  int wrong = 0;
  for (const InstructionSet& set : instructionSets()) {
    const auto ours = foundBy(*set.search);
    std::vector<double> theirs(ours.size() + 1);
    std::rewind(file);
    theirs.resize(std::fread(theirs.data(), sizeof(double), theirs.size(), file));
    const bool same = ours == theirs;
    wrong += !same;
    std::printf("%-8s search: %s\n", set.name, same ? "the same" : "DIFFERENT");
  }
  return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const bool writing = std::strcmp(arguments[1], "write") == 0;
  std::FILE* file = std::fopen(arguments[2], writing ? "wb" : "rb");
  if (!file) return 2;
  const int status = writing ? write(file) : compare(file);
  return std::fclose(file) == 0 ? status : 1;
}
