#define WORDMILL_LANES 8
#define WORDMILL_TILE 6
#define WORDMILL_KERNEL trainAvx2
#include "kernel_body.h"
