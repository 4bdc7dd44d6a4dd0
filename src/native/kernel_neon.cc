#define WORDMILL_LANES 4
#define WORDMILL_TILE 12
#define WORDMILL_KERNEL trainNeon
#include "kernel_body.h"
