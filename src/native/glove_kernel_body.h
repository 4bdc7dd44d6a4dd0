// The kernel of GloVe, compiled once for each instruction set: WORDMILL_LANES floats in a vector; WORDMILL_GLOVE
// names it. Uses no standard library: see kernel.h.
#include "glove_kernel.h"
#include "simd.h"
#include "simd_roots.h"

namespace {

using wordmill::GloveBatch;
using wordmill::GloveCell;
using wordmill::GloveRows;

/** Gradients of components are cut to this, before the learning rate (the release's grad_clip_value). */
constexpr float kClip = 100.0f;

/** How many cells ahead rows are fetched: in the order of training they lie all over the memory. */
constexpr size_t kAhead = 3;

/** Which vectors of a row hold what. */
struct Shape {
  explicit Shape(const GloveRows& rows)
      : plain(rows.dimensions / kLanes), all((rows.dimensions + 2 + kLanes - 1) / kLanes), stride(rows.stride) {}
  size_t plain;  // vectors of vector components alone
  size_t all;    // and those with the bias and the constant 1
  size_t stride;
};

WORDMILL_INLINE float dotProduct(const float* a, const float* b, size_t vectors) {
  Floats even{}, odd{};
  size_t v = 0;
  for (; v + 2 <= vectors; v += 2) {
    even += load(a + v * kLanes) * load(b + v * kLanes);
    odd += load(a + (v + 1) * kLanes) * load(b + (v + 1) * kLanes);
  }
  if (v < vectors) even += load(a + v * kLanes) * load(b + v * kLanes);
  return sumOfLanes(even + odd);
}

/** One component of each lane: `parameters -= step / sqrt(sums); sums += step^2`. */
WORDMILL_INLINE void descend(float* row, size_t stride, Floats parameters, Floats step) {
  const Floats sums = load(row + stride);
  store(row, parameters - step * reciprocalRoot(sums));
  store(row + stride, sums + step * step);
}

/** The rates of the components in the last vectors: the learning rate, 1 for the bias, 0 for the constant and beyond. */
struct TailRates {
  TailRates(const GloveRows& rows, const Shape& shape, float learningRate) {
    for (size_t i = 0; i < (shape.all - shape.plain) * kLanes; i++) {
      const size_t component = shape.plain * kLanes + i;
      const bool plain = component < rows.dimensions;
      word[i] = plain ? learningRate : component == rows.dimensions ? 1.0f : 0.0f;
      context[i] = plain ? learningRate : component == rows.dimensions + 1 ? 1.0f : 0.0f;
      limit[i] = plain ? kClip : __builtin_inff();
    }
  }
  alignas(64) float word[2 * kLanes];
  alignas(64) float context[2 * kLanes];
  alignas(64) float limit[2 * kLanes];
};

WORDMILL_INLINE float* rowOf(float* rows, size_t row, size_t blocks, size_t block, size_t stride) {
  return rows + (row * blocks + block) * 2 * stride;
}

WORDMILL_INLINE void fetch(const float* row, size_t stride) {
  for (size_t i = 0; i < 2 * stride; i += 16) __builtin_prefetch(row + i, 1);
}

double trainCells(const GloveRows& rows, const GloveBatch& batch, float learningRate) {
  const Shape shape(rows);
  const TailRates tail(rows, shape, learningRate);
  const size_t stride = shape.stride;
  const Floats clip = splat(kClip * learningRate);
  double loss = 0;
  for (size_t k = 0; k < batch.count; k++) {
    if (k + kAhead < batch.count) {
      const GloveCell& next = batch.cells[k + kAhead];
      fetch(rowOf(rows.contexts, next.column, batch.blocks, batch.columnBlock, stride), stride);
      if (next.row != batch.cells[k + kAhead - 1].row) {
        fetch(rowOf(rows.words, next.row, batch.blocks, batch.rowBlock, stride), stride);
      }
    }
    const GloveCell& cell = batch.cells[k];
    float* const word = rowOf(rows.words, cell.row, batch.blocks, batch.rowBlock, stride);
    float* const context = rowOf(rows.contexts, cell.column, batch.blocks, batch.columnBlock, stride);
    const float difference = dotProduct(word, context, shape.all) - cell.logarithm;
    const float weighted = cell.weight * difference;
    loss += 0.5 * weighted * difference;
    const Floats scale = splat(weighted * learningRate);
    for (size_t v = 0; v < shape.plain; v++) {
      const Floats w = load(word + v * kLanes);
      const Floats c = load(context + v * kLanes);
      descend(word + v * kLanes, stride, w, clipped(scale * c, clip));
      descend(context + v * kLanes, stride, c, clipped(scale * w, clip));
    }
    const Floats slope = splat(weighted);
    for (size_t v = shape.plain, t = 0; v < shape.all; v++, t += kLanes) {
      const Floats w = load(word + v * kLanes);
      const Floats c = load(context + v * kLanes);
      const Floats limit = load(tail.limit + t);
      descend(word + v * kLanes, stride, w, clipped(slope * c, limit) * load(tail.word + t));
      descend(context + v * kLanes, stride, c, clipped(slope * w, limit) * load(tail.context + t));
    }
  }
  return loss;
}

double measureCells(const GloveRows& rows, const GloveBatch& batch) {
  const Shape shape(rows);
  double loss = 0;
  for (size_t k = 0; k < batch.count; k++) {
    const GloveCell& cell = batch.cells[k];
    const float* const word = rowOf(rows.words, cell.row, batch.blocks, batch.rowBlock, shape.stride);
    const float* const context = rowOf(rows.contexts, cell.column, batch.blocks, batch.columnBlock, shape.stride);
    const float difference = dotProduct(word, context, shape.all) - cell.logarithm;
    loss += 0.5 * cell.weight * difference * difference;
  }
  return loss;
}

}  // namespace

namespace wordmill {

extern const GloveKernel WORDMILL_GLOVE = {trainCells, measureCells};

}  // namespace wordmill
