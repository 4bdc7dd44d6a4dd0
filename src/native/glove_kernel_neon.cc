#define WORDMILL_LANES 4
#define WORDMILL_GLOVE kGloveNeon
#include "glove_kernel_body.h"
