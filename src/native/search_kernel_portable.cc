#define WORDMILL_LANES 4
#define WORDMILL_SEARCH_QUERIES 2
#define WORDMILL_SEARCH kSearchPortable
#include "search_kernel_body.h"
