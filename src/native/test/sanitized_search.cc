#include "../instruction_sets.h"
#include "made_search.h"
#include "sanitized.h"

namespace wordmill {

void checkSearch() {
  for (const size_t dimensions : {1, 3, 4, 7, 8, 15, 16, 17, 31, 50, 300}) {
    MadeSearch made(dimensions);
    const auto expected = made.found(*instructionSet("portable").search, 1);
    for (const InstructionSet& set : instructionSets()) REQUIRE(made.found(*set.search, 2) == expected);
  }
}

}  // namespace wordmill
