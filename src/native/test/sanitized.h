#pragma once
// The parts of the program that runs the native code over made and damaged data under the compiler's sanitizers.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "../random.h"

namespace wordmill {

/** Ends the program with what went wrong. */
#define REQUIRE(condition)                                                    \
  do {                                                                        \
    if (!(condition)) {                                                       \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);    \
      std::exit(1);                                                           \
    }                                                                         \
  } while (false)

/** Trains every model with every loss on every instruction set, on two threads; then on damaged files. */
void checkTraining(const std::string& folder);

/** Counts co-occurrences and trains GloVe on them, in memory and by scratch files, on two threads; then on damaged files. */
void checkGlove(const std::string& folder);

/** Writes every kind of float and reads it again; reads damaged rows. */
void checkNumbers();

/** Splits text of every kind, counts its words, and forgets the rare ones. */
void checkText();

/** Finds neighbours, builds trees of points in every odd place, and improves maps, also such that fly apart. */
void checkProjection();

/** Searches rows of every width on every instruction set, which must all find the same. */
void checkSearch();

}  // namespace wordmill
