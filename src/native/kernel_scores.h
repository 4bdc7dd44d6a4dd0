#pragma once
// Scores of inputs against outputs, and what follows from them where every output is a yes-or-no question (negative
// sampling, hierarchical softmax). With flip = -1 for label 1 and 1 for label 0, and x = flip * score, all count
// alike: the loss is softplus(x), and the error, label - sigmoid(score), is -flip * sigmoid(x).
#include "kernel.h"
#include "kernel_prefetch.h"
#include "simd.h"

namespace {

using wordmill::Group;
using wordmill::GroupBatch;
using wordmill::KernelScratch;
using wordmill::kPiece;
using wordmill::TrainingRows;

constexpr int kTile = WORDMILL_TILE;
constexpr int kPathTile = WORDMILL_PATH_TILE;

/** Floats at the end of a row that half a vector is enough for: of 100 dimensions the last 4. */
constexpr size_t kNarrow = kLanes > 8 ? kLanes / 2 : 0;

/** A sum of all lanes so low that its sigmoid and softplus count as nothing. */
constexpr float kNothing = -64.0f;

/** Contexts that are updated together, and the outputs that they share. */
struct Piece {
  float* inputs[kPiece];
  int inputCount;
  float** outputs;
  int outputCount;
  size_t dimensions;
  size_t floats;  // the same, rounded up to whole vectors
  float rate;
  float* gradients;  // by tile of outputs, then input, then output in the tile: learning rate x error
  float* outputChanges;
  float* flips;  // by tile of outputs, each tile's twice over, for two inputs
  Floats loss;
  Upcoming upcoming;
};

WORDMILL_INLINE void addLoss(const KernelScratch& scratch, Floats loss) {
  *reinterpret_cast<Doubles*>(scratch.lossByLane) += __builtin_convertvector(loss, Doubles);
}

/** One number a lane for tiles of so many sums, by lane; room up to a whole vector. */
template <class Number, int Sums>
struct Pattern {
  alignas(4 * kLanes) Number lanes[(Sums + kLanes - 1) / kLanes * kLanes];
};

/** Flips of tiles of which the first output has label 1. */
template <int Inputs, int Outputs>
constexpr Pattern<float, Inputs * Outputs> flipsOfTargetFirst() {
  Pattern<float, Inputs * Outputs> pattern = {};
  for (float& lane : pattern.lanes) lane = 1;
  for (int i = 0; i < Inputs; i++) pattern.lanes[i * Outputs] = -1;
  return pattern;
}

/** All bits of the lanes that hold a sum. */
template <int Sums>
constexpr Pattern<int32_t, Sums> lanesInUse() {
  Pattern<int32_t, Sums> pattern = {};
  for (int lane = 0; lane < Sums; lane++) pattern.lanes[lane] = -1;
  return pattern;
}

/** Labels of negative sampling, where all outputs are in one tile. */
struct TargetFirst {
  template <int Inputs, int Outputs>
  WORDMILL_INLINE Floats flips(int first) const {
    static constexpr Pattern<float, Inputs * Outputs> pattern = flipsOfTargetFirst<Inputs, Outputs>();
    return load(pattern.lanes + first);
  }
};

/** Labels of any kind: a tile's flips, twice over. */
struct GivenFlips {
  const float* tile;

  template <int Inputs, int Outputs>
  WORDMILL_INLINE Floats flips(int first) const {
    const Floats given = loadUnaligned(tile + first);
    if (first + kLanes <= Inputs * Outputs) return given;
    static constexpr Pattern<int32_t, Inputs * Outputs> inUse = lanesInUse<Inputs * Outputs>();
    return *reinterpret_cast<const Ints*>(inUse.lanes + first) ? given : splat(1.0f);
  }
};

/** Dot products of some inputs with a tile of outputs, by input, then output; all sums in registers. */
template <int Inputs, int Outputs>
WORDMILL_INLINE void sumTile(size_t floats, float* const* inputs, float* const* outputs, Floats* sums) {
  for (int s = 0; s < Inputs * Outputs; s++) sums[s] = Floats{};
  for (size_t j = 0; j < floats; j += kLanes) {
    Floats input[Inputs];
#pragma GCC unroll 16
    for (int i = 0; i < Inputs; i++) input[i] = load(inputs[i] + j);
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) {
      const Floats output = load(outputs[o] + j);
#pragma GCC unroll 16
      for (int i = 0; i < Inputs; i++) sums[i * Outputs + o] += input[i] * output;
    }
  }
}

/** Lane i of the result is the whole sum of sums[first + i], or of `rest` where there is none. */
template <int Sums>
WORDMILL_INLINE Floats reduce(const Floats* sums, int first, float rest) {
  Floats vectors[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; i++) vectors[i] = first + i < Sums ? sums[first + i < Sums ? first + i : 0] : splat(rest);
  return sumOfEach(vectors);
}

/** Writes the gradients that follow from sums; returns the losses. A store runs past its end into what comes next. */
template <int Inputs, int Outputs, class Labels>
WORDMILL_INLINE Floats gradientsOf(const Floats* sums, Labels labels, float rate, float* gradients) {
  constexpr int kSums = Inputs * Outputs;
  Floats loss = {};
#pragma GCC unroll 16
  for (int first = 0; first < kSums; first += kLanes) {
    const Floats flips = labels.template flips<Inputs, Outputs>(first);
    const Logistic values = logistic(flips * reduce<kSums>(sums, first, kNothing));
    loss += values.positivePart + logOf(values.onePlus);
    storeUnaligned(gradients + first, -rate * flips * values.error);
  }
  return loss;
}

/** Gradients of some inputs against a tile of outputs. */
template <int Inputs, int Outputs, class Labels>
WORDMILL_INLINE void scoreTile(Piece& piece, float* const* inputs, float* const* outputs, Labels labels, float* gradients) {
  Floats sums[Inputs * Outputs];
  sumTile<Inputs, Outputs>(piece.floats, inputs, outputs, sums);
  piece.loss += gradientsOf<Inputs, Outputs>(sums, labels, piece.rate, gradients);
}

/** Gradients of all inputs against a tile of outputs. */
template <int Outputs, class Labels>
WORDMILL_INLINE void scoreInputs(Piece& piece, float* const* outputs, Labels labels, float* gradients) {
  int i = 0;
  for (; i + 2 <= piece.inputCount; i += 2) {
    scoreTile<2, Outputs>(piece, piece.inputs + i, outputs, labels, gradients + i * Outputs);
  }
  if (i < piece.inputCount) scoreTile<1, Outputs>(piece, piece.inputs + i, outputs, labels, gradients + i * Outputs);
}

/** How outputs that are too many for one tile are shared out: tiles of `size`, then tiles of one less. */
struct Tiles {
  int size;
  int large;
  int small;
};

inline Tiles shareOut(int outputs, int mostInTile) {
  const int tiles = (outputs + mostInTile - 1) / mostInTile;
  const int size = (outputs + tiles - 1) / tiles;
  const int large = outputs - tiles * (size - 1);
  return {size, large, tiles - large};
}

/** Calls `use` with each tile's size, as a Size<>, and its first output. */
template <int Number>
struct Size {
  static constexpr int value = Number;
};

template <int Largest, class Use>
WORDMILL_INLINE void forEachTile(int large, int small, Use use) {
  int first = 0;
  for (int tile = 0; tile < large; tile++, first += Largest) use(Size<Largest>(), first);
  if constexpr (Largest > 1) {
    for (int tile = 0; tile < small; tile++, first += Largest - 1) use(Size<Largest - 1>(), first);
  }
}

/** Notes a group's flips, tile by tile, each tile's twice over; fills what is read past the end. */
inline void noteFlips(const Group& group, Tiles tiles, float* flips) {
  int first = 0;
  for (int tile = 0; tile < tiles.large + tiles.small; tile++) {
    const int size = tiles.size - (tile >= tiles.large);
    for (int o = 0; o < size; o++) {
      const float sign = group.signs ? group.signs[first + o] : (first + o == 0 ? 1.0f : -1.0f);
      flips[2 * first + o] = flips[2 * first + size + o] = -sign;
    }
    first += size;
  }
}

}  // namespace
