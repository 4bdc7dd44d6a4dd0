// Runs the native code that knows no JavaScript over made data, so that the compiler's sanitizers see all it does with
// memory: `npm run test:sanitizers`. Takes an empty folder for its files.
#include "sanitized.h"

using namespace wordmill;

int main(int count, char** arguments) {
  if (count != 2) return 2;
  checkNumbers();
  checkText();
  checkSearch();
  checkProjection();
  checkTraining(arguments[1]);
  checkGlove(arguments[1]);
  std::puts("numbers, text, search, projection, training and GloVe: clean");
  return 0;
}
