#define WORDMILL_LANES 4
#define WORDMILL_SEARCH_QUERIES 4
#define WORDMILL_SEARCH kSearchNeon
#include "search_kernel_body.h"
