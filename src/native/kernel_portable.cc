#define WORDMILL_LANES 4
#define WORDMILL_TILE 6
#define WORDMILL_KERNEL trainPortable
#include "kernel_body.h"
