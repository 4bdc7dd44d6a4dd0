#pragma once
// Full softmax: every row of W is an output of every prediction, in two walks over W for each piece: scores, then
// updates. Each input keeps all of its scores, which become its gradients.
#include "kernel_cbow.h"
#include "kernel_frozen.h"

namespace {

/** So low that nothing is left of its exponential. */
constexpr float kLowest = -3e38f;

/** Inputs that are updated together against all of W. */
struct Predictions {
  const TrainingRows& rows;
  float* inputs[kPiece];
  int inputCount;
  uint32_t target;
  float rate;
  size_t floats;   // of a row that are not padding, rounded up to whole vectors
  size_t outputs;  // rows of W, rounded up to whole vectors
  float* scores;   // by input, then output
  float* inputChanges;

  WORDMILL_INLINE float* scoresOf(int input) const { return scores + static_cast<size_t>(input) * outputs; }
  WORDMILL_INLINE float* changesOf(int input) const { return inputChanges + static_cast<size_t>(input) * rows.stride; }
};

template <int Outputs>
WORDMILL_INLINE void findRows(const TrainingRows& rows, int first, float** outputs) {
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; o++) outputs[o] = rows.output + static_cast<size_t>(first + o) * rows.stride;
}

template <int Inputs, int Outputs>
WORDMILL_INLINE void scoreSome(const Predictions& all, int firstInput, float* const* outputs, int firstOutput) {
  constexpr int kSums = Inputs * Outputs;
  Floats sums[kSums];
  sumTile<Inputs, Outputs>(all.floats, all.inputs + firstInput, outputs, sums);
  float whole[kSums + kLanes];
#pragma GCC unroll 16
  for (int first = 0; first < kSums; first += kLanes) storeUnaligned(whole + first, reduce<kSums>(sums, first, 0));
#pragma GCC unroll 16
  for (int i = 0; i < Inputs; i++) {
    __builtin_memcpy(all.scoresOf(firstInput + i) + firstOutput, whole + i * Outputs, Outputs * sizeof(float));
  }
}

template <int Outputs>
WORDMILL_INLINE void scoreAll(const Predictions& all, int firstOutput) {
  float* outputs[Outputs];
  findRows<Outputs>(all.rows, firstOutput, outputs);
  int i = 0;
  for (; i + 2 <= all.inputCount; i += 2) scoreSome<2, Outputs>(all, i, outputs, firstOutput);
  if (i < all.inputCount) scoreSome<1, Outputs>(all, i, outputs, firstOutput);
}

/** Turns an input's scores into gradients, learning rate x (label - probability); returns its loss. */
inline double scoresToGradients(const Predictions& all, float* scores) {
  const double targetScore = scores[all.target];
  Floats largestByLane = splat(kLowest);
  for (size_t o = all.rows.outputRows; o < all.outputs; o++) scores[o] = kLowest;
  for (size_t o = 0; o < all.outputs; o += kLanes) {
    const Floats score = loadUnaligned(scores + o);
    largestByLane = score > largestByLane ? score : largestByLane;
  }
  float largest = kLowest;
  for (int lane = 0; lane < kLanes; lane++) largest = largestByLane[lane] > largest ? largestByLane[lane] : largest;
  Floats sumByLane = {};
  for (size_t o = 0; o < all.outputs; o += kLanes) {
    const Floats power = expOfNegative(loadUnaligned(scores + o) - largest);
    sumByLane += power;
    storeUnaligned(scores + o, power);
  }
  double sum = 0;
  for (int lane = 0; lane < kLanes; lane++) sum += sumByLane[lane];
  const Floats scale = splat(static_cast<float>(-all.rate / sum));
  for (size_t o = 0; o < all.outputs; o += kLanes) storeUnaligned(scores + o, scale * loadUnaligned(scores + o));
  scores[all.target] += all.rate;
  return __builtin_log(sum) + largest - targetScore;
}

template <int Outputs>
WORDMILL_INLINE void updateSome(const Predictions& all, int first) {
  float* outputs[Outputs];
  findRows<Outputs>(all.rows, first, outputs);
  for (size_t j = 0; j < all.floats; j += kLanes) {
    Floats before[Outputs], change[Outputs] = {};
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) before[o] = load(outputs[o] + j);
    for (int i = 0; i < all.inputCount; i++) {
      const float* gradients = all.scoresOf(i) + first;
      float* const inputChange = all.changesOf(i) + j;
      const Floats input = load(all.inputs[i] + j);
      Floats sum = load(inputChange);
#pragma GCC unroll 16
      for (int o = 0; o < Outputs; o++) {
        const Floats gradient = splat(gradients[o]);
        sum += gradient * before[o];
        change[o] += gradient * input;
      }
      store(inputChange, sum);
    }
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) store(outputs[o] + j, before[o] + change[o]);
  }
}

/** Scores, gradients, changes of W and sums of those of the inputs, which stay as they are; returns the loss. */
template <int Largest>
__attribute__((noinline)) double predictAll(const Predictions& all, Tiles tiles) {
  forEachTile<Largest>(tiles.large, tiles.small, [&](auto size, int first) WORDMILL_INLINE_LAMBDA {
    scoreAll<decltype(size)::value>(all, first);
  });
  double loss = 0;
  for (int i = 0; i < all.inputCount; i++) {
    loss += scoresToGradients(all, all.scoresOf(i));
    for (size_t j = 0; j < all.floats; j += kLanes) store(all.changesOf(i) + j, Floats{});
  }
  forEachTile<Largest>(tiles.large, tiles.small, [&](auto size, int first) WORDMILL_INLINE_LAMBDA {
    updateSome<decltype(size)::value>(all, first);
  });
  return loss;
}

template <int Largest>
WORDMILL_INLINE double predictAllOf(const Predictions& all, Tiles tiles) {
  if (tiles.size == Largest) return predictAll<Largest>(all, tiles);
  if constexpr (Largest > 1) return predictAllOf<Largest - 1>(all, tiles);
  return 0;
}

inline double predict(const Predictions& all) {
  return predictAllOf<kPathTile>(all, shareOut(static_cast<int>(all.rows.outputRows), kPathTile));
}

inline double trainContexts(const Group& group, const KernelScratch& scratch, Predictions& all) {
  double loss = 0;
  for (uint32_t first = 0; first < group.contextCount; first += kPiece) {
    const uint32_t left = group.contextCount - first;
    all.inputCount = static_cast<int>(left < kPiece ? left : kPiece);
    for (int i = 0; i < all.inputCount; i++) {
      all.inputs[i] = all.rows.input + group.contexts[first + i] * all.rows.stride;
    }
    if (all.rows.frozen) {
      setFrozenAside(all.rows, group.contexts + first, scratch.frozenRows, all.floats, all.inputs, all.inputCount);
    }
    loss += predict(all);
    for (int i = 0; i < all.inputCount; i++) {
      for (size_t j = 0; j < all.floats; j += kLanes) {
        store(all.inputs[i] + j, load(all.inputs[i] + j) + load(all.changesOf(i) + j));
      }
    }
  }
  return loss;
}

inline double trainMean(const Group& group, const KernelScratch& scratch, Predictions& all) {
  Window window;
  findContexts(all.rows, group, scratch.inputRows, window);
  const float share = 1.0f / static_cast<float>(window.contextCount);
  for (size_t j = 0; j < all.floats; j += kLanes) store(all.inputs[0] + j, meanOfContexts(window, j, share));
  all.inputCount = 1;
  const double loss = predict(all);
  for (size_t j = 0; j < all.floats; j += kLanes) addToContexts(window, j, load(all.changesOf(0) + j));
  return loss;
}

/** @tparam Mean the mean of a group's contexts predicts (CBOW); otherwise each context does (skip-gram). */
template <bool Mean>
void trainSoftmax(const TrainingRows& rows, const GroupBatch& batch, const KernelScratch& scratch) {
  Predictions all = {rows, {scratch.inputs}, 1, 0, 0, wholeVectors(rows.dimensions), wholeVectors(rows.outputRows),
                     scratch.gradients, scratch.inputs + rows.stride};
  for (size_t i = 0; i < batch.groupCount; i++) {
    const Group& group = batch.groups[i];
    all.target = group.target;
    all.rate = group.rate;
    all.inputs[0] = scratch.inputs;
    scratch.lossByLane[0] += group.lossWeight * (Mean ? trainMean(group, scratch, all) : trainContexts(group, scratch, all));
  }
}

}  // namespace
