#pragma once
// What the training of GloVe asks of a kernel, in plain data, as kernel.h does for the models of windows.
#include <stddef.h>
#include <stdint.h>

namespace wordmill {

/** One cell of the co-occurrence matrix, inside a tile (docs/glove.md, "Order"). */
struct GloveCell {
  uint16_t row;     // in the tile's block of rows
  uint16_t column;  // in the tile's block of columns
  float logarithm;  // log x
  float weight;     // f(x)
};

/**
 * The words' rows, or the contexts': for each word 2 * stride floats. The first `stride` are the parameters, the
 * second the sums of squared gradients, from 1. Component `dimensions` of a word's row is its bias, and the one after
 * it always 1; of a context's row it is the other way round, so that biases are part of every dot product.
 */
struct GloveRows {
  float* words;
  float* contexts;
  size_t stride;      // in floats, a multiple of kRowFloats
  size_t dimensions;  // at most stride - 2
};

/** Cells to train on, in order. Row r of the tile is row `r * blocks + rowBlock` of the words, columns likewise. */
struct GloveBatch {
  const GloveCell* cells;
  size_t count;
  size_t blocks;
  size_t rowBlock;
  size_t columnBlock;
};

/** Makes one update for each cell, in order; gives the sum of their losses. */
using TrainGlove = double (*)(const GloveRows&, const GloveBatch&, float learningRate);

/** The sum of the cells' losses; changes nothing. */
using MeasureGlove = double (*)(const GloveRows&, const GloveBatch&);

/** Both, for one instruction set. */
struct GloveKernel {
  TrainGlove train;
  MeasureGlove measure;
};

}  // namespace wordmill
