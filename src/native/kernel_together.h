#pragma once
// Negative sampling with the usual number of outputs: the piece's update with everything unrolled, by the number of its
// contexts. Two things bound it. The arithmetic is 3 multiply-adds for each context, output and component. And the
// gradients wait for a long chain of operations, sum to sigmoid, while nothing else can be done: so all sums of a piece
// are reduced first, and then all sigmoids are taken, side by side.
#include "kernel_scores.h"

namespace {

/** A target and 5 negatives: the default. */
constexpr int kUsualOutputs = 6;

/** Contexts of a piece that are unrolled: the windows of 5 words to either side that are usual. */
constexpr int kUsualInputs = 10;

/** Where a piece's sums and gradients lie: contexts in twos, with room after each two up to whole fours of floats. */
template <int Outputs>
struct InTwos {
  static constexpr int kLeaves = (2 * Outputs + 3) / 4 * 4;
  static constexpr int kQuads = kLeaves / 4;

  static constexpr int place(int input, int output) { return input / 2 * kLeaves + input % 2 * Outputs + output; }
};

/** Flips of a piece of which the first output has label 1, where its sums lie; Lanes is that, in whole vectors. */
template <int Inputs, int Outputs, int Lanes>
constexpr Pattern<float, Lanes> flipsInTwos() {
  Pattern<float, Lanes> pattern = {};
  for (float& lane : pattern.lanes) lane = 1;
  for (int i = 0; i < Inputs; i++) pattern.lanes[InTwos<Outputs>::place(i, 0)] = -1;
  return pattern;
}

/** Half-reduced sums of one or two inputs: vectors that each hold four. */
template <int Inputs, int Outputs>
WORDMILL_INLINE void sumTwo(const Piece& piece, int first, Floats* quads) {
  using Place = InTwos<Outputs>;
  Floats sums[Place::kLeaves];
  sumTile<Inputs, Outputs>(piece.floats, piece.inputs + first, piece.outputs, sums);
#pragma GCC unroll 16
  for (int s = Inputs * Outputs; s < Place::kLeaves; s++) sums[s] = splat(kNothing);
#pragma GCC unroll 16
  for (int q = 0; q < Place::kQuads; q++) {
    quads[q] = addNeighbours(addNeighbours(sums[4 * q], sums[4 * q + 1]), addNeighbours(sums[4 * q + 2], sums[4 * q + 3]));
  }
}

/** Writes the piece's gradients; adds its loss. */
template <int Inputs, int Outputs>
WORDMILL_INLINE void scoreTogether(Piece& piece) {
  constexpr int kQuads = (Inputs + 1) / 2 * InTwos<Outputs>::kQuads;
  constexpr int kVectors = (4 * kQuads + kLanes - 1) / kLanes;
  constexpr int kQuadsInVector = kLanes / 4;
  static constexpr Pattern<float, kVectors * kLanes> flips = flipsInTwos<Inputs, Outputs, kVectors * kLanes>();
  Floats quads[kVectors * kQuadsInVector];
#pragma GCC unroll 16
  for (int i = 0; i < Inputs; i += 2) {
    Floats* const ofTwo = quads + i / 2 * InTwos<Outputs>::kQuads;
    if (i + 1 < Inputs) sumTwo<2, Outputs>(piece, i, ofTwo);
    else sumTwo<1, Outputs>(piece, i, ofTwo);
  }
#pragma GCC unroll 16
  for (int q = kQuads; q < kVectors * kQuadsInVector; q++) quads[q] = splat(kNothing);
  // The logarithms of what the losses have in common are taken together: that of a product of at most 8 numbers up to 2.
  Floats positiveParts = {}, product = splat(1.0f);
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; v++) {
    const Floats flip = load(flips.lanes + v * kLanes);
    const Logistic values = logistic(flip * sumOfFours(quads + v * kQuadsInVector));
    positiveParts += values.positivePart;
    product *= values.onePlus;
    store(piece.gradients + v * kLanes, -piece.rate * flip * values.error);
  }
  piece.loss += positiveParts + logOf(product);
}

/**
 * Updates one column, a vector wide, of all rows. Inputs are written when all have been read, and both are loaded again
 * for it: a row that is here twice receives both of its sums.
 */
template <class Vector, int Inputs, int Outputs>
WORDMILL_INLINE void updateColumn(const Piece& piece, size_t j) {
  using Place = InTwos<Outputs>;
  const auto at = [j](float* row) WORDMILL_INLINE_LAMBDA -> Vector& { return *reinterpret_cast<Vector*>(row + j); };
  piece.upcoming.fetchAll<Outputs + 1>(j);
  Vector before[Outputs], change[Outputs] = {}, sums[Inputs];
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; o++) before[o] = at(piece.outputs[o]);
#pragma GCC unroll 16
  for (int i = 0; i < Inputs; i++) {
    const Vector input = at(piece.inputs[i]);
    Vector sum = {};
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) {
      const float gradient = piece.gradients[Place::place(i, o)];
      sum += gradient * before[o];
      change[o] += gradient * input;
    }
    sums[i] = sum;
  }
#pragma GCC unroll 16
  for (int i = 0; i < Inputs; i++) at(piece.inputs[i]) += sums[i];
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; o++) at(piece.outputs[o]) += change[o];
}

template <int Inputs, int Outputs>
__attribute__((noinline)) void updateUnrolled(Piece& piece) {
  scoreTogether<Inputs, Outputs>(piece);
  size_t j = 0;
  for (; j + kNarrow < piece.dimensions; j += kLanes) updateColumn<Floats, Inputs, Outputs>(piece, j);
#if WORDMILL_LANES > 8
  if (j < piece.dimensions) updateColumn<HalfFloats, Inputs, Outputs>(piece, j);
#endif
}

/** Calls the update for the piece's number of contexts, by a jump: a chain of branches would be mispredicted. */
template <int Outputs>
WORDMILL_INLINE void updateUnrolledOf(Piece& piece) {
  static_assert(kUsualInputs == 10);
  switch (piece.inputCount) {
    case 1: return updateUnrolled<1, Outputs>(piece);
    case 2: return updateUnrolled<2, Outputs>(piece);
    case 3: return updateUnrolled<3, Outputs>(piece);
    case 4: return updateUnrolled<4, Outputs>(piece);
    case 5: return updateUnrolled<5, Outputs>(piece);
    case 6: return updateUnrolled<6, Outputs>(piece);
    case 7: return updateUnrolled<7, Outputs>(piece);
    case 8: return updateUnrolled<8, Outputs>(piece);
    case 9: return updateUnrolled<9, Outputs>(piece);
    case 10: return updateUnrolled<10, Outputs>(piece);
  }
}

}  // namespace
