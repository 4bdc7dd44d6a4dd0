#define WORDMILL_LANES 4
#define WORDMILL_TILE 12
#define WORDMILL_PATH_TILE 8
#define WORDMILL_KERNELS kNeon
#include "kernel_body.h"
