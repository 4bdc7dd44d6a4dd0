#define WORDMILL_LANES 16
#define WORDMILL_SEARCH_QUERIES 4
#define WORDMILL_SEARCH kSearchAvx512
#include "search_kernel_body.h"
