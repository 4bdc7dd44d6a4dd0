#define WORDMILL_LANES 4
#define WORDMILL_GLOVE kGlovePortable
#include "glove_kernel_body.h"
