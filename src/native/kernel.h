#pragma once
// What training asks of a kernel, in plain data: kernels are compiled once for each instruction set, and nothing
// that the linker could merge with a copy from another file (an inline function of the standard library, say) may
// pass between them, or code for a wide set could run on a machine without it.
#include <stddef.h>
#include <stdint.h>

namespace wordmill {

/** Contexts that are updated together (docs/sampling.md, "One update"). */
constexpr size_t kPiece = 16;

/** Rows are padded with zeros to a multiple of this many floats; with the first, all are aligned to 64 bytes. */
constexpr size_t kRowFloats = 16;
constexpr size_t kRowAlignment = kRowFloats * sizeof(float);

/** A target, its negatives, and the contexts that share them. */
struct Group {
  uint32_t firstContext;  // in GroupBatch::contexts
  uint32_t contextCount;
  uint32_t firstOutput;  // in GroupBatch::outputs: the target, then its negatives
  uint32_t outputCount;
  int32_t firstOffset;  // position(target) - position(first context); each next is 1 less, 0 left out
  float rate;           // the learning rate, times the pair's weight
  float lossWeight;
};

/** Groups, in the order in which they are trained, and the words that they name. */
struct GroupBatch {
  const Group* groups;
  size_t groupCount;
  const uint32_t* contexts;
  const uint32_t* outputs;
};

/** The two matrices: a row for each word, the first aligned to kRowAlignment. */
struct TrainingRows {
  float* input;   // E
  float* output;  // W
  size_t stride;  // in floats, a multiple of kRowFloats
  size_t dimensions;
};

/** Memory that a kernel works in, aligned to 64 bytes; one for each thread. */
struct KernelScratch {
  float* gradients;      // gradientFloats(most outputs of a group)
  float* inputChanges;   // kPiece * stride
  float** outputRows;    // most outputs of a group
  double* lossByLane;    // kRowFloats; the kernel adds to them
};

/** The size of KernelScratch::gradients for groups of so many outputs; some is room for stores that run on. */
constexpr size_t gradientFloats(size_t outputs) { return kPiece * (outputs + 16) + 64; }

/** Makes one update for each group, in order. */
using TrainBatch = void (*)(const TrainingRows&, const GroupBatch&, const KernelScratch&);

}  // namespace wordmill
