#define WORDMILL_LANES 8
#define WORDMILL_GLOVE kGloveAvx2
#include "glove_kernel_body.h"
