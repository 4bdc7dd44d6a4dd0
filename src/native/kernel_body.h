// The kernels, in one source for all instruction sets. Each kernel_*.cc sets WORDMILL_LANES (floats in a vector),
// WORDMILL_TILE (outputs that fit the registers beside two inputs), WORDMILL_PATH_TILE (the same, where a prediction
// has more outputs than one tile) and WORDMILL_KERNELS (the table's name), then includes this. All is in an anonymous
// namespace, and the standard library is left out; kernel.h says why.
//
// Threads train on shared matrices without locks (Recht, Re, Wright & Niu 2011, "Hogwild!"): one thread's update may
// overwrite part of another's in the same row. Such races are confined to the two matrices.
#include "kernel_cbow.h"
#include "kernel_skip_gram.h"
#include "kernel_softmax.h"
#include "kernel_subwords.h"

namespace wordmill {

extern const Kernels WORDMILL_KERNELS;
const Kernels WORDMILL_KERNELS = {trainSkipGram,       trainCbow,   trainSoftmax<false>,
                                          trainSoftmax<true>, composeRows, spreadChanges};

}  // namespace wordmill
