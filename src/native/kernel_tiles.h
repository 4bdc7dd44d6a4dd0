#pragma once
// The update of a piece whose outputs are too many for one tile of registers, or have labels of any kind: paths of
// hierarchical softmax, and many negatives.
#include "kernel_scores.h"

namespace {

/**
 * @tparam Largest outputs in the tiles that come first; the others have one less.
 * @tparam Distinct no output occurs twice: each is written as soon as its tile is done. Otherwise all changes of a
 * column are kept until no tile needs what was there before.
 */
template <int Largest, bool Distinct>
__attribute__((noinline)) void updateTiles(Piece& piece, int large, int small) {
  forEachTile<Largest>(large, small, [&](auto size, int first) WORDMILL_INLINE_LAMBDA {
    constexpr int kOutputs = decltype(size)::value;
    scoreInputs<kOutputs>(piece, piece.outputs + first, GivenFlips{piece.flips + 2 * first},
                          piece.gradients + first * static_cast<int>(kPiece));
  });
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    fetchLine(piece, j);
    Floats sums[kPiece];
    for (int i = 0; i < piece.inputCount; i++) sums[i] = Floats{};
    forEachTile<Largest>(large, small, [&](auto size, int first) WORDMILL_INLINE_LAMBDA {
      constexpr int kOutputs = decltype(size)::value;
      float* const* outputs = piece.outputs + first;
      const float* gradients = piece.gradients + first * static_cast<int>(kPiece);
      Floats before[kOutputs], change[kOutputs] = {};
#pragma GCC unroll 16
      for (int o = 0; o < kOutputs; o++) before[o] = load(outputs[o] + j);
      for (int i = 0; i < piece.inputCount; i++, gradients += kOutputs) {
        const Floats input = load(piece.inputs[i] + j);
        Floats sum = sums[i];
#pragma GCC unroll 16
        for (int o = 0; o < kOutputs; o++) {
          const Floats gradient = splat(gradients[o]);
          sum += gradient * before[o];
          change[o] += gradient * input;
        }
        sums[i] = sum;
      }
#pragma GCC unroll 16
      for (int o = 0; o < kOutputs; o++) {
        if (Distinct) store(outputs[o] + j, before[o] + change[o]);
        else store(piece.outputChanges + (first + o) * kLanes, change[o]);
      }
    });
    for (int o = 0; !Distinct && o < piece.outputCount; o++) {
      store(piece.outputs[o] + j, load(piece.outputs[o] + j) + load(piece.outputChanges + o * kLanes));
    }
    // Loaded again: a context that is here twice receives both of its sums.
    for (int i = 0; i < piece.inputCount; i++) store(piece.inputs[i] + j, load(piece.inputs[i] + j) + sums[i]);
  }
}

template <int Largest, bool Distinct>
WORDMILL_INLINE void updateTilesOf(Piece& piece, Tiles tiles) {
  if (tiles.size == Largest) return updateTiles<Largest, Distinct>(piece, tiles.large, tiles.small);
  if constexpr (Largest > 1) updateTilesOf<Largest - 1, Distinct>(piece, tiles);
}

}  // namespace
