#define WORDMILL_LANES 4
#define WORDMILL_TILE 6
#define WORDMILL_PATH_TILE 6
#define WORDMILL_KERNELS kPortable
#include "kernel_body.h"
