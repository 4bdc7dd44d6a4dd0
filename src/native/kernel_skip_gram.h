#pragma once
// Skip-gram: each context by itself predicts the target; the contexts of a piece share its outputs.
#include "kernel_frozen.h"
#include "kernel_tiles.h"
#include "kernel_together.h"

namespace {

/** How many groups ahead rows are fetched: long enough for memory to answer, short enough to stay in the cache. */
constexpr size_t kAhead = 3;

/**
 * Negative sampling with outputs that fit one tile, the usual case: one walk over the rows updates both.
 *
 * @tparam Repeats a context may occur twice: inputs are written only when all of a column have been read.
 */
template <int Outputs, bool Repeats>
__attribute__((noinline)) void updateTogether(Piece& piece) {
  scoreInputs<Outputs>(piece, piece.outputs, TargetFirst(), piece.gradients);
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    piece.upcoming.fetch(j);
    Floats before[Outputs], change[Outputs] = {};
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) before[o] = load(piece.outputs[o] + j);
    Floats sums[Repeats ? kPiece : 1];
    const float* gradients = piece.gradients;
    for (int i = 0; i < piece.inputCount; i++, gradients += Outputs) {
      const Floats input = load(piece.inputs[i] + j);
      Floats sum = Repeats ? Floats{} : input;
#pragma GCC unroll 16
      for (int o = 0; o < Outputs; o++) {
        const Floats gradient = splat(gradients[o]);
        sum += gradient * before[o];
        change[o] += gradient * input;
      }
      if (Repeats) sums[i] = sum;
      else store(piece.inputs[i] + j, sum);
    }
    for (int i = 0; Repeats && i < piece.inputCount; i++) store(piece.inputs[i] + j, load(piece.inputs[i] + j) + sums[i]);
    // Loaded again, not taken from `before`: a row that is here twice receives both of its sums.
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) store(piece.outputs[o] + j, load(piece.outputs[o] + j) + change[o]);
  }
}

template <int Outputs>
WORDMILL_INLINE void updateWithOutputs(Piece& piece, bool repeats) {
  if (piece.outputCount == Outputs) return repeats ? updateTogether<Outputs, true>(piece) : updateTogether<Outputs, false>(piece);
  if constexpr (Outputs > 1) updateWithOutputs<Outputs - 1>(piece, repeats);
}

bool hasRepeats(const uint32_t* ids, int count) {
  unsigned repeats = 0;
  for (int i = 1; i < count; i++) {
    for (int k = 0; k < i; k++) repeats |= ids[i] == ids[k];
  }
  return repeats != 0;
}

void trainGroup(const TrainingRows& rows, const Group& group, const KernelScratch& scratch, Piece& piece) {
  for (uint32_t o = 0; o < group.outputCount; o++) piece.outputs[o] = outputRow(rows, group.outputs[o]);
  piece.outputCount = static_cast<int>(group.outputCount);
  piece.rate = group.rate;
  piece.loss = Floats{};
  const bool together = !group.signs && piece.outputCount <= kTile;
  const Tiles tiles = together ? Tiles{} : shareOut(piece.outputCount, kPathTile);
  if (!together) noteFlips(group, tiles, piece.flips);
  for (uint32_t first = 0; first < group.contextCount; first += kPiece) {
    const uint32_t* contexts = group.contexts + first;
    const uint32_t left = group.contextCount - first;
    piece.inputCount = static_cast<int>(left < kPiece ? left : kPiece);
    for (int i = 0; i < piece.inputCount; i++) piece.inputs[i] = rows.input + contexts[i] * rows.stride;
    if (rows.frozen) setFrozenAside(rows, contexts, scratch.frozenRows, piece.floats, piece.inputs, piece.inputCount);
    if (together && piece.outputCount == kUsualOutputs && piece.inputCount <= kUsualInputs) updateUnrolledOf<kUsualOutputs>(piece);
    else if (together) updateWithOutputs<kTile>(piece, hasRepeats(contexts, piece.inputCount));
    else if (group.signs) updateTilesOf<kPathTile, true>(piece, tiles);
    else updateTilesOf<kPathTile, false>(piece, tiles);
    piece.upcoming.clear();
  }
  addLoss(scratch, piece.loss * group.lossWeight);
}

void trainSkipGram(const TrainingRows& rows, const GroupBatch& batch, const KernelScratch& scratch) {
  Piece piece;
  piece.outputs = scratch.outputRows;
  piece.dimensions = rows.dimensions;
  piece.floats = wholeVectors(rows.dimensions);
  piece.gradients = scratch.gradients;
  piece.outputChanges = scratch.outputChanges;
  piece.flips = scratch.flips;
  for (size_t i = 0; i < batch.groupCount; i++) {
    if (i + kAhead < batch.groupCount) piece.upcoming.expect(rows, batch.groups[i + kAhead]);
    if (batch.groups[i].outputCount > 0) trainGroup(rows, batch.groups[i], scratch, piece);
  }
}

}  // namespace
