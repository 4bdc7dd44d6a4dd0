#define WORDMILL_LANES 16
#define WORDMILL_TILE 12
#define WORDMILL_KERNEL trainAvx512
#include "kernel_body.h"
