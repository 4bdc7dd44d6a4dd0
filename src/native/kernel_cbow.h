#pragma once
// CBOW: the mean of a window's contexts predicts the target.
#include "kernel_scores.h"

namespace {

/** Outputs that fit the registers beside one input. */
constexpr int kWindowTile = kLanes > 8 ? kLanes : 8;

/** The rows of a window's contexts. */
struct Contexts {
  float* input;  // E
  size_t stride;
  const uint32_t* ids;
  int count;
  const uint8_t* frozen;  // as in TrainingRows

  WORDMILL_INLINE float* row(int context) const { return input + ids[context] * stride; }
};

/** Writes the mean of the contexts' rows. */
WORDMILL_INLINE void takeMean(const Contexts& contexts, size_t floats, float* mean) {
  const float share = 1.0f / static_cast<float>(contexts.count);
  for (size_t j = 0; j < floats; j += kLanes) {
    Floats sum = {};
    for (int c = 0; c < contexts.count; c++) sum += load(contexts.row(c) + j);
    store(mean + j, sum * share);
  }
}

__attribute__((noinline)) void addToLearning(const Contexts& contexts, size_t j, const float* change) {
  for (int c = 0; c < contexts.count; c++) {
    float* const row = contexts.row(c);
    if (!contexts.frozen[contexts.ids[c]]) store(row + j, load(row + j) + loadUnaligned(change));
  }
}

WORDMILL_INLINE void addToContexts(const Contexts& contexts, size_t j, Floats change) {
  if (contexts.frozen) {
    float values[kLanes];
    storeUnaligned(values, change);
    return addToLearning(contexts, j, values);
  }
  for (int c = 0; c < contexts.count; c++) {
    float* const row = contexts.row(c);
    store(row + j, load(row + j) + change);
  }
}

/** A window whose outputs fit one tile; all sums are taken of a column before any of it is written. */
template <int Outputs, class Labels>
__attribute__((noinline)) void updateWindow(Piece& piece, const Contexts& contexts, Labels labels) {
  scoreInputs<Outputs>(piece, piece.outputs, labels, piece.gradients);
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    const Floats mean = load(piece.inputs[0] + j);
    Floats change[2] = {};
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) change[o % 2] += splat(piece.gradients[o]) * load(piece.outputs[o] + j);
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) {
      store(piece.outputs[o] + j, load(piece.outputs[o] + j) + splat(piece.gradients[o]) * mean);
    }
    addToContexts(contexts, j, change[0] + change[1]);
  }
}

template <int Largest>
__attribute__((noinline)) void scoreWindow(Piece& piece, Tiles tiles) {
  forEachTile<Largest>(tiles.large, tiles.small, [&](auto size, int first) WORDMILL_INLINE_LAMBDA {
    scoreInputs<decltype(size)::value>(piece, piece.outputs + first, GivenFlips{piece.flips + 2 * first},
                                       piece.gradients + first);
  });
}

template <int Largest>
WORDMILL_INLINE void scoreWindowOf(Piece& piece, Tiles tiles) {
  if (tiles.size == Largest) return scoreWindow<Largest>(piece, tiles);
  if constexpr (Largest > 1) scoreWindowOf<Largest - 1>(piece, tiles);
}

/** A window of any number of outputs. */
inline void updateLargeWindow(Piece& piece, const Contexts& contexts, Tiles tiles) {
  scoreWindowOf<kWindowTile>(piece, tiles);
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    const Floats mean = load(piece.inputs[0] + j);
    Floats change = {};
    for (int o = 0; o < piece.outputCount; o++) change += piece.gradients[o] * load(piece.outputs[o] + j);
    for (int o = 0; o < piece.outputCount; o++) {
      store(piece.outputs[o] + j, load(piece.outputs[o] + j) + piece.gradients[o] * mean);
    }
    addToContexts(contexts, j, change);
  }
}

template <int Outputs, class Labels>
WORDMILL_INLINE void updateWindowOf(Piece& piece, const Contexts& contexts, Labels labels) {
  if (piece.outputCount == Outputs) return updateWindow<Outputs>(piece, contexts, labels);
  if constexpr (Outputs > 1) updateWindowOf<Outputs - 1>(piece, contexts, labels);
}

void trainWindow(const TrainingRows& rows, const Group& group, const KernelScratch& scratch, Piece& piece) {
  for (uint32_t o = 0; o < group.outputCount; o++) piece.outputs[o] = rows.output + group.outputs[o] * rows.stride;
  piece.outputCount = static_cast<int>(group.outputCount);
  piece.rate = group.rate;
  piece.loss = Floats{};
  const Contexts contexts = {rows.input, rows.stride, group.contexts, static_cast<int>(group.contextCount),
                             rows.frozen};
  takeMean(contexts, piece.floats, piece.inputs[0]);
  const Tiles tiles = shareOut(piece.outputCount, kWindowTile);
  if (group.signs || piece.outputCount > kWindowTile) noteFlips(group, tiles, piece.flips);
  if (piece.outputCount > kWindowTile) updateLargeWindow(piece, contexts, tiles);
  else if (group.signs) updateWindowOf<kWindowTile>(piece, contexts, GivenFlips{piece.flips});
  else updateWindowOf<kWindowTile>(piece, contexts, TargetFirst());
  addLoss(scratch, piece.loss * group.lossWeight);
}

void trainCbow(const TrainingRows& rows, const GroupBatch& batch, const KernelScratch& scratch) {
  Piece piece;
  piece.outputs = scratch.outputRows;
  piece.dimensions = rows.dimensions;
  piece.floats = wholeVectors(rows.dimensions);
  piece.gradients = scratch.gradients;
  piece.flips = scratch.flips;
  piece.inputs[0] = scratch.inputs;
  piece.inputCount = 1;
  for (size_t i = 0; i < batch.groupCount; i++) {
    if (batch.groups[i].outputCount > 0) trainWindow(rows, batch.groups[i], scratch, piece);
  }
}

}  // namespace
