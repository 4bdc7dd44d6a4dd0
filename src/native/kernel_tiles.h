#pragma once
// The update of a piece whose outputs are too many for one tile of registers, or have labels of any kind: paths of
// hierarchical softmax, and many negatives.
#include "kernel_scores.h"

namespace {

/**
 * Where a tile's gradients lie: those of each two inputs in whole vectors, so that scores can become gradients in place.
 */
template <int Outputs>
struct TilePlaces {
  static constexpr int kOfTwo = wholeVectors(2 * Outputs);

  static WORDMILL_INLINE int place(int input) { return input / 2 * kOfTwo + input % 2 * Outputs; }
};

/** Room from one tile's gradients to the next's. */
constexpr int kTileRoom = static_cast<int>(kPiece) / 2 * static_cast<int>(wholeVectors(2 * kPathTile));

/** Writes flip x score of one or two inputs with a tile of outputs. */
template <int Inputs, int Outputs>
WORDMILL_INLINE void scoreTwo(const Piece& piece, int input, int output, float* scores) {
  constexpr int kSums = Inputs * Outputs;
  const GivenFlips labels = {piece.flips + 2 * output};
  Floats sums[kSums];
  sumTile<Inputs, Outputs>(piece.floats, piece.inputs + input, piece.outputs + output, sums);
#pragma GCC unroll 16
  for (int first = 0; first < kSums; first += kLanes) {
    const Floats flips = labels.template flips<Inputs, Outputs>(first);
    store(scores + first, flips * reduce<kSums>(sums, first, kNothing));
  }
#pragma GCC unroll 16
  for (int first = wholeVectors(kSums); first < TilePlaces<Outputs>::kOfTwo; first += kLanes) {
    store(scores + first, splat(kNothing));
  }
}

template <int Outputs>
WORDMILL_INLINE void scoreTileOf(const Piece& piece, int output, float* scores) {
  constexpr int kOfTwo = TilePlaces<Outputs>::kOfTwo;
  int i = 0;
  for (; i + 2 <= piece.inputCount; i += 2, scores += kOfTwo) scoreTwo<2, Outputs>(piece, i, output, scores);
  if (i < piece.inputCount) scoreTwo<1, Outputs>(piece, i, output, scores);
}

/** Turns a tile's scores into gradients; adds their loss. */
template <int Outputs>
WORDMILL_INLINE void gradientsOfTile(Piece& piece, int output, float* scores) {
  constexpr int kOfTwo = TilePlaces<Outputs>::kOfTwo;
  const GivenFlips labels = {piece.flips + 2 * output};
  Floats positiveParts = {}, product = splat(1.0f);
  for (int i = 0; i < piece.inputCount; i += 2, scores += kOfTwo) {
#pragma GCC unroll 16
    for (int first = 0; first < kOfTwo; first += kLanes) {
      const Logistic values = logistic(load(scores + first));
      positiveParts += values.positivePart;
      product *= values.onePlus;
      store(scores + first, -piece.rate * labels.template flips<2, Outputs>(first) * values.error);
    }
  }
  piece.loss += positiveParts + logOf(product);
}

/** Updates one column, a vector wide, of a tile's outputs, and adds to the sums that the inputs receive. */
template <class Vector, int Outputs, bool Distinct>
WORDMILL_INLINE void updateTileColumn(const Piece& piece, size_t j, int output, const float* gradients, Vector* sums) {
  float* const* const outputs = piece.outputs + output;
  const auto at = [j](float* row) WORDMILL_INLINE_LAMBDA -> Vector& { return *reinterpret_cast<Vector*>(row + j); };
  Vector before[Outputs], change[Outputs] = {};
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; o++) before[o] = at(outputs[o]);
  for (int i = 0; i < piece.inputCount; i++) {
    const float* const ofInput = gradients + TilePlaces<Outputs>::place(i);
    const Vector input = at(piece.inputs[i]);
    Vector sum = sums[i];
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) {
      sum += ofInput[o] * before[o];
      change[o] += ofInput[o] * input;
    }
    sums[i] = sum;
  }
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; o++) {
    if (Distinct) at(outputs[o]) = before[o] + change[o];
    else *reinterpret_cast<Vector*>(piece.outputChanges + (output + o) * kLanes) = change[o];
  }
}

/** Updates one column of all rows. */
template <class Vector, int Largest, bool Distinct>
WORDMILL_INLINE void updateColumnOfTiles(Piece& piece, int large, int small, size_t j) {
  const auto at = [j](float* row) WORDMILL_INLINE_LAMBDA -> Vector& { return *reinterpret_cast<Vector*>(row + j); };
  Vector sums[kPiece];
  for (int i = 0; i < piece.inputCount; i++) sums[i] = Vector{};
  const float* gradients = piece.gradients;
  forEachTile<Largest>(large, small, [&](auto size, int output) WORDMILL_INLINE_LAMBDA {
    updateTileColumn<Vector, decltype(size)::value, Distinct>(piece, j, output, gradients, sums);
    gradients += kTileRoom;
  });
  for (int o = 0; !Distinct && o < piece.outputCount; o++) {
    at(piece.outputs[o]) += *reinterpret_cast<const Vector*>(piece.outputChanges + o * kLanes);
  }
  // Loaded again: a context that is here twice receives both of its sums.
  for (int i = 0; i < piece.inputCount; i++) at(piece.inputs[i]) += sums[i];
}

/**
 * All scores first, then all sigmoids: each of these waits for a long chain of operations, so they go side by side.
 *
 * @tparam Largest outputs in the tiles that come first; the others have one less.
 * @tparam Distinct no output occurs twice: each is written as soon as its tile is done. Otherwise all changes of a
 * column are kept until no tile needs what was there before.
 */
template <int Largest, bool Distinct>
__attribute__((noinline)) void updateTiles(Piece& piece, int large, int small) {
  float* scores = piece.gradients;
  forEachTile<Largest>(large, small, [&](auto size, int output) WORDMILL_INLINE_LAMBDA {
    scoreTileOf<decltype(size)::value>(piece, output, scores);
    scores += kTileRoom;
  });
  scores = piece.gradients;
  forEachTile<Largest>(large, small, [&](auto size, int output) WORDMILL_INLINE_LAMBDA {
    gradientsOfTile<decltype(size)::value>(piece, output, scores);
    scores += kTileRoom;
  });
  size_t j = 0;
  for (; j + kNarrow < piece.dimensions; j += kLanes) {
    piece.upcoming.fetch(j);
    updateColumnOfTiles<Floats, Largest, Distinct>(piece, large, small, j);
  }
#if WORDMILL_LANES > 8
  if (j < piece.dimensions) {
    piece.upcoming.fetch(j);
    updateColumnOfTiles<HalfFloats, Largest, Distinct>(piece, large, small, j);
  }
#endif
}

template <int Largest, bool Distinct>
WORDMILL_INLINE void updateTilesOf(Piece& piece, Tiles tiles) {
  if (tiles.size == Largest) return updateTiles<Largest, Distinct>(piece, tiles.large, tiles.small);
  if constexpr (Largest > 1) updateTilesOf<Largest - 1, Distinct>(piece, tiles);
}

}  // namespace
