#define WORDMILL_LANES 8
#define WORDMILL_SEARCH_QUERIES 2
#define WORDMILL_SEARCH kSearchAvx2
#include "search_kernel_body.h"
