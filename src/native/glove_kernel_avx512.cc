#define WORDMILL_LANES 16
#define WORDMILL_GLOVE kGloveAvx512
#include "glove_kernel_body.h"
