#define WORDMILL_LANES 8
#define WORDMILL_TILE 6
#define WORDMILL_PATH_TILE 6
#define WORDMILL_KERNELS kAvx2
#include "kernel_body.h"
