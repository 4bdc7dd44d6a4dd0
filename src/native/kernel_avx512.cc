#define WORDMILL_LANES 16
#define WORDMILL_TILE 12
#define WORDMILL_PATH_TILE 8
#define WORDMILL_KERNELS kAvx512
#include "kernel_body.h"
