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

/** A target, the rows of W that it is predicted with, and the contexts that share them. */
struct Group {
  const uint32_t* contexts;
  const uint32_t* outputs;  // rows of W; none for the full softmax, which takes all
  /** For each output 1 (label 1) or -1 (label 0); null: the first has label 1, all others 0. */
  const float* signs;
  uint32_t target;
  uint32_t contextCount;
  uint32_t outputCount;
  int32_t firstOffset;  // position(target) - position(first context); each next is 1 less, 0 left out
  float rate;           // the learning rate, times the pair's weight
  float lossWeight;
  bool startsSentence;  // or a run of pairs
};

/** Groups, in the order in which they are trained. */
struct GroupBatch {
  const Group* groups;
  size_t groupCount;
};

/** The two matrices, the first row of each aligned to kRowAlignment. */
struct TrainingRows {
  float* input;       // E
  float* output;      // W
  size_t outputRows;  // of W
  size_t stride;      // in floats, a multiple of kRowFloats
  size_t dimensions;
  /** For each row of E, whether it is never changed; null where none is frozen. */
  const uint8_t* frozen;
  /** The rows of W from `firstOwn` on, where a thread has copies of its own (own_rows.h). */
  float* ownOutput = nullptr;
  uint32_t firstOwn = 0xffffffff;
};

/** Memory that a kernel works in, aligned to 64 bytes; one for each thread (scratch.h). */
struct KernelScratch {
  float* gradients;      // gradientFloats(most outputs of a group)
  float* flips;          // flipFloats(most outputs of a group)
  float* inputs;         // (1 + kPiece) * stride: the mean of a window, and changes of inputs
  float* frozenRows;     // kPiece * stride, where rows are frozen: copies to be changed in their place
  float* outputChanges;  // kRowFloats * most outputs of a group
  float** inputRows;     // most contexts of a group, twice where rows are frozen
  float** outputRows;    // most outputs of a group
  double* lossByLane;    // kRowFloats; the kernel adds to them
};

/** The size of KernelScratch::gradients for groups of so many outputs; half as much again, since tiles are rounded up. */
constexpr size_t gradientFloats(size_t outputs) { return kPiece * (outputs + outputs / 2 + 24) + 64; }

/** The size of KernelScratch::flips, some of it room for loads that run on. */
constexpr size_t flipFloats(size_t outputs) { return 2 * outputs + 64; }

/** Rows of E. */
struct RowList {
  const uint32_t* rows;
  uint32_t count;  // at least 1
};

/** Input vectors that are each the mean of a list of rows of E; one after the other, with the stride of E. */
struct ComposedRows {
  const RowList* lists;
  size_t count;
  float* now;     // trained on
  float* before;  // as they were composed
};

/** Makes one update for each group, in order. */
using TrainBatch = void (*)(const TrainingRows&, const GroupBatch&, const KernelScratch&);

/** Composes input vectors, or adds what they have changed by to each of their rows; in order. */
using ComposedRowsKernel = void (*)(const TrainingRows&, const ComposedRows&);

/** What each instruction set has. */
struct Kernels {
  TrainBatch skipGram;  // negative sampling and hierarchical softmax
  TrainBatch cbow;      // likewise
  TrainBatch skipGramSoftmax;
  TrainBatch cbowSoftmax;
  ComposedRowsKernel composeRows;
  ComposedRowsKernel spreadChanges;
};

}  // namespace wordmill
