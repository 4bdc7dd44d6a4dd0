// The kernel, in one source for all instruction sets. Each kernel_*.cc sets WORDMILL_LANES (floats in a vector),
// WORDMILL_TILE (outputs that fit the registers) and WORDMILL_KERNEL (the function's name), then includes this.
// All is in an anonymous namespace, and the standard library is left out; kernel.h says why.
//
// Threads train on shared matrices without locks (Recht, Re, Wright & Niu 2011, "Hogwild!"): one thread's update may
// overwrite part of another's in the same row. Such races are confined to the two matrices.
#include "kernel.h"
#include "simd.h"

namespace {

using wordmill::Group;
using wordmill::GroupBatch;
using wordmill::KernelScratch;
using wordmill::kPiece;
using wordmill::TrainingRows;

constexpr int kTile = WORDMILL_TILE;

/** How many groups ahead rows are fetched: long enough for memory to answer, short enough to stay in the cache. */
constexpr size_t kAhead = 5;

/** A sum of all lanes so low that its sigmoid and softplus count as nothing. */
constexpr float kNothing = -64.0f;

/** Contexts that are updated together, and the outputs that they share. */
struct Piece {
  float* inputs[kPiece];
  int inputCount;
  float* const* outputs;
  int outputCount;
  size_t floats;  // of a row that are not padding, rounded up to whole vectors
  float rate;
  float* gradients;  // by tile of outputs, then input, then output in the tile: learning rate x |label - sigmoid|
  float* inputChanges;
  Floats loss;
  const float* upcoming[kTile + 1];  // rows of a later group, to be fetched meanwhile
  int upcomingCount;
};

/** Asks for one cache line of each upcoming row: spread over the work, since a burst would wait for itself. */
WORDMILL_INLINE void fetchLine(const Piece& piece, size_t j) {
  if (j % wordmill::kRowFloats != 0) return;
  for (int k = 0; k < piece.upcomingCount; k++) __builtin_prefetch(piece.upcoming[k] + j, 1, 3);
}

// --- Scores. The target's are negated, so that all count alike: gradient rate * sigmoid(x), loss softplus(x). The
// sign comes back where gradients are used: the target's are added, the negatives' subtracted.

/** Scores and gradients of some inputs against a tile of outputs, all sums in registers. */
template <int Inputs, int Outputs, bool HasTarget>
WORDMILL_INLINE void scoreTile(Piece& piece, float* const* inputs, float* const* outputs, float* gradients) {
  constexpr int kSums = Inputs * Outputs;
  Floats sums[kSums] = {};
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    Floats input[Inputs];
#pragma GCC unroll 16
    for (int i = 0; i < Inputs; i++) input[i] = load(inputs[i] + j);
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) {
      const Floats output = load(outputs[o] + j);
#pragma GCC unroll 16
      for (int i = 0; i < Inputs; i++) {
        Floats& sum = sums[i * Outputs + o];
        if (HasTarget && o == 0) sum -= input[i] * output;
        else sum += input[i] * output;
      }
    }
  }
#pragma GCC unroll 16
  for (int first = 0; first < kSums; first += kLanes) {
    Floats vectors[kLanes];
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; i++) vectors[i] = first + i < kSums ? sums[first + i < kSums ? first + i : 0] : splat(kNothing);
    const Logistic values = logistic(sumOfEach(vectors));
    piece.loss += values.softplus;
    storeUnaligned(gradients + first, piece.rate * values.sigmoid);
  }
}

/** Scores of all inputs against a tile of outputs. A store runs past its end into what is written next. */
template <int Outputs, bool HasTarget>
WORDMILL_INLINE void scoreInputs(Piece& piece, float* const* outputs, float* gradients) {
  int i = 0;
  for (; i + 2 <= piece.inputCount; i += 2) {
    scoreTile<2, Outputs, HasTarget>(piece, piece.inputs + i, outputs, gradients + i * Outputs);
  }
  if (i < piece.inputCount) scoreTile<1, Outputs, HasTarget>(piece, piece.inputs + i, outputs, gradients + i * Outputs);
}

// --- The usual case: all outputs fit one tile. One walk over the rows updates both.

/** @tparam Repeats a context may occur twice: inputs are written only when all of a column have been read. */
template <int Outputs, bool Repeats>
__attribute__((noinline)) void updateTogether(Piece& piece) {
  scoreInputs<Outputs, true>(piece, piece.outputs, piece.gradients);
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    fetchLine(piece, j);
    Floats before[Outputs], change[Outputs] = {};
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) before[o] = load(piece.outputs[o] + j);
    Floats sums[Repeats ? kPiece : 1];
    const float* gradients = piece.gradients;
    for (int i = 0; i < piece.inputCount; i++, gradients += Outputs) {
      const Floats input = load(piece.inputs[i] + j);
      Floats sum = Repeats ? gradients[0] * before[0] : input + gradients[0] * before[0];
      change[0] += gradients[0] * input;
#pragma GCC unroll 16
      for (int o = 1; o < Outputs; o++) {
        const Floats gradient = splat(gradients[o]);
        sum -= gradient * before[o];
        change[o] -= gradient * input;
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

// --- The general case: tile by tile, in three walks, so that every sum is of values from before the piece.

template <int Outputs, bool HasTarget>
__attribute__((noinline)) void scoreOneTile(Piece& piece, float* const* outputs, float* gradients) {
  scoreInputs<Outputs, HasTarget>(piece, outputs, gradients);
}

template <int Outputs, bool HasTarget>
__attribute__((noinline)) void sumInputChanges(Piece& piece, float* const* outputs, const float* gradients) {
  for (int i = 0; i < piece.inputCount; i++, gradients += Outputs) {
    float* changes = piece.inputChanges + i * piece.floats;
    for (size_t j = 0; j < piece.floats; j += kLanes) {
      Floats change = HasTarget ? gradients[0] * load(outputs[0] + j)
                                : load(changes + j) - gradients[0] * load(outputs[0] + j);
#pragma GCC unroll 16
      for (int o = 1; o < Outputs; o++) change -= gradients[o] * load(outputs[o] + j);
      store(changes + j, change);
    }
  }
}

template <int Outputs, bool HasTarget>
__attribute__((noinline)) void updateOutputs(Piece& piece, float* const* outputs, const float* gradients) {
  for (size_t j = 0; j < piece.floats; j += kLanes) {
    Floats change[Outputs] = {};
    const float* row = gradients;
    for (int i = 0; i < piece.inputCount; i++, row += Outputs) {
      const Floats input = load(piece.inputs[i] + j);
#pragma GCC unroll 16
      for (int o = 0; o < Outputs; o++) {
        if (HasTarget && o == 0) change[o] += row[o] * input;
        else change[o] -= row[o] * input;
      }
    }
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) store(outputs[o] + j, load(outputs[o] + j) + change[o]);
  }
}

enum class Walk { kScores, kInputChanges, kOutputs };

template <int Outputs, bool HasTarget>
void walkTile(Walk walk, Piece& piece, int count, float* const* outputs, float* gradients) {
  if (count < Outputs) {
    if constexpr (Outputs > 1) walkTile<Outputs - 1, HasTarget>(walk, piece, count, outputs, gradients);
    return;
  }
  switch (walk) {
    case Walk::kScores: return scoreOneTile<Outputs, HasTarget>(piece, outputs, gradients);
    case Walk::kInputChanges: return sumInputChanges<Outputs, HasTarget>(piece, outputs, gradients);
    case Walk::kOutputs: return updateOutputs<Outputs, HasTarget>(piece, outputs, gradients);
  }
}

void walkTiles(Walk walk, Piece& piece) {
  for (int first = 0; first < piece.outputCount; first += kTile) {
    const int count = piece.outputCount - first < kTile ? piece.outputCount - first : kTile;
    float* gradients = piece.gradients + first * static_cast<int>(kPiece);
    if (first == 0) walkTile<kTile, true>(walk, piece, count, piece.outputs, gradients);
    else walkTile<kTile, false>(walk, piece, count, piece.outputs + first, gradients);
  }
}

__attribute__((noinline)) void updateInWalks(Piece& piece) {
  for (size_t j = 0; j < piece.floats; j += kLanes) fetchLine(piece, j);
  walkTiles(Walk::kScores, piece);
  walkTiles(Walk::kInputChanges, piece);
  walkTiles(Walk::kOutputs, piece);
  for (int i = 0; i < piece.inputCount; i++) {
    const float* changes = piece.inputChanges + i * piece.floats;
    for (size_t j = 0; j < piece.floats; j += kLanes) {
      store(piece.inputs[i] + j, load(piece.inputs[i] + j) + load(changes + j));
    }
  }
}

// --- Groups

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

void trainGroup(const TrainingRows& rows, const GroupBatch& batch, const Group& group, const KernelScratch& scratch,
                Piece& piece) {
  for (uint32_t o = 0; o < group.outputCount; o++) {
    scratch.outputRows[o] = rows.output + batch.outputs[group.firstOutput + o] * rows.stride;
  }
  piece.outputCount = static_cast<int>(group.outputCount);
  piece.rate = group.rate;
  piece.loss = Floats{};
  const uint32_t* contexts = batch.contexts + group.firstContext;
  for (uint32_t first = 0; first < group.contextCount; first += kPiece) {
    const uint32_t left = group.contextCount - first;
    piece.inputCount = static_cast<int>(left < kPiece ? left : kPiece);
    for (int i = 0; i < piece.inputCount; i++) piece.inputs[i] = rows.input + contexts[first + i] * rows.stride;
    if (piece.outputCount > kTile) updateInWalks(piece);
    else updateWithOutputs<kTile>(piece, hasRepeats(contexts + first, piece.inputCount));
    piece.upcomingCount = 0;
  }
  Doubles* loss = reinterpret_cast<Doubles*>(scratch.lossByLane);
  *loss += __builtin_convertvector(piece.loss * group.lossWeight, Doubles);
}

/** Notes which rows of a later group are to be fetched. */
void expect(const TrainingRows& rows, const GroupBatch& batch, const Group& group, Piece& piece) {
  int count = 0;
  for (uint32_t o = 0; o < group.outputCount && count < kTile; o++) {
    piece.upcoming[count++] = rows.output + batch.outputs[group.firstOutput + o] * rows.stride;
  }
  // The last context; the others were in the window of the group before, as a rule.
  piece.upcoming[count++] = rows.input + batch.contexts[group.firstContext + group.contextCount - 1] * rows.stride;
  piece.upcomingCount = count;
}

}  // namespace

namespace wordmill {

void WORDMILL_KERNEL(const TrainingRows& rows, const GroupBatch& batch, const KernelScratch& scratch) {
  Piece piece;
  piece.outputs = scratch.outputRows;
  piece.floats = (rows.dimensions + kLanes - 1) / kLanes * kLanes;
  piece.gradients = scratch.gradients;
  piece.inputChanges = scratch.inputChanges;
  piece.upcomingCount = 0;
  for (size_t i = 0; i < batch.groupCount; i++) {
    if (i + kAhead < batch.groupCount) expect(rows, batch, batch.groups[i + kAhead], piece);
    trainGroup(rows, batch, batch.groups[i], scratch, piece);
  }
}

}  // namespace wordmill
