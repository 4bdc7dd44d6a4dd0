#pragma once
// CBOW: the mean of a window's contexts predicts the target.
#include "kernel_scores.h"

namespace {

/** Outputs that fit the registers beside one input. */
constexpr int kWindowTile = kLanes > 8 ? kLanes : 8;

/** How many windows ahead rows are fetched. */
constexpr size_t kWindowsAhead = 6;

/** A window: its contexts' mean predicts its target with some outputs. */
struct Window {
  float** contexts;
  int contextCount;
  float** learning;  // the contexts that are not frozen
  int learningCount;
  float** outputs;
  int outputCount;
  size_t floats;  // of a row that are not padding, rounded up to whole vectors
  float rate;
  float* mean;
  float* gradients;  // by output: learning rate x error
  float* flips;      // by tile of outputs, each tile's twice over
  Floats loss;
  Upcoming upcoming;
};

/** The mean of a column of the contexts' rows. */
WORDMILL_INLINE Floats meanOfContexts(const Window& window, size_t j, float share) {
  Floats sum = {};
  for (int c = 0; c < window.contextCount; c++) sum += load(window.contexts[c] + j);
  return sum * share;
}

WORDMILL_INLINE void addToContexts(const Window& window, size_t j, Floats change) {
  for (int c = 0; c < window.learningCount; c++) store(window.learning[c] + j, load(window.learning[c] + j) + change);
}

inline void findContexts(const TrainingRows& rows, const Group& group, float** inputRows, Window& window) {
  window.contexts = window.learning = inputRows;
  window.contextCount = window.learningCount = static_cast<int>(group.contextCount);
  for (int c = 0; c < window.contextCount; c++) inputRows[c] = rows.input + group.contexts[c] * rows.stride;
  if (!rows.frozen) return;
  window.learning = inputRows + window.contextCount;
  window.learningCount = 0;
  for (int c = 0; c < window.contextCount; c++) {
    if (!rows.frozen[group.contexts[c]]) window.learning[window.learningCount++] = inputRows[c];
  }
}

/** A window whose outputs fit one tile, with all sums in registers. */
template <int Outputs, class Labels>
__attribute__((noinline)) void updateWindow(Window& window, Labels labels) {
  Floats sums[Outputs] = {};
  const float share = 1.0f / static_cast<float>(window.contextCount);
  for (size_t j = 0; j < window.floats; j += kLanes) {
    const Floats mean = meanOfContexts(window, j, share);
    store(window.mean + j, mean);
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) sums[o] += mean * load(window.outputs[o] + j);
  }
  window.loss += gradientsOf<1, Outputs>(sums, labels, window.rate, window.gradients);
  Floats gradients[Outputs];
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; o++) gradients[o] = splat(window.gradients[o]);
  for (size_t j = 0; j < window.floats; j += kLanes) {
    window.upcoming.fetch(j);
    const Floats mean = load(window.mean + j);
    Floats change[2] = {};
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) change[o % 2] += gradients[o] * load(window.outputs[o] + j);
#pragma GCC unroll 16
    for (int o = 0; o < Outputs; o++) {
      store(window.outputs[o] + j, load(window.outputs[o] + j) + gradients[o] * mean);
    }
    addToContexts(window, j, change[0] + change[1]);
  }
}

// --- More outputs than one tile takes.

template <int Largest>
__attribute__((noinline)) void scoreWindow(Window& window, Tiles tiles) {
  forEachTile<Largest>(tiles.large, tiles.small, [&](auto size, int first) WORDMILL_INLINE_LAMBDA {
    constexpr int kOutputs = decltype(size)::value;
    Floats sums[kOutputs];
    sumTile<1, kOutputs>(window.floats, &window.mean, window.outputs + first, sums);
    window.loss += gradientsOf<1, kOutputs>(sums, GivenFlips{window.flips + 2 * first}, window.rate, window.gradients + first);
  });
}

template <int Largest>
WORDMILL_INLINE void scoreWindowOf(Window& window, Tiles tiles) {
  if (tiles.size == Largest) return scoreWindow<Largest>(window, tiles);
  if constexpr (Largest > 1) scoreWindowOf<Largest - 1>(window, tiles);
}

inline void updateLargeWindow(Window& window, Tiles tiles) {
  const float share = 1.0f / static_cast<float>(window.contextCount);
  for (size_t j = 0; j < window.floats; j += kLanes) {
    window.upcoming.fetch(j);
    store(window.mean + j, meanOfContexts(window, j, share));
  }
  scoreWindowOf<kWindowTile>(window, tiles);
  for (size_t j = 0; j < window.floats; j += kLanes) {
    const Floats mean = load(window.mean + j);
    Floats change = {};
    for (int o = 0; o < window.outputCount; o++) change += window.gradients[o] * load(window.outputs[o] + j);
    for (int o = 0; o < window.outputCount; o++) {
      store(window.outputs[o] + j, load(window.outputs[o] + j) + window.gradients[o] * mean);
    }
    addToContexts(window, j, change);
  }
}

// --- Any window.

template <int Outputs, class Labels>
WORDMILL_INLINE void updateWindowOf(Window& window, Labels labels) {
  if (window.outputCount == Outputs) return updateWindow<Outputs>(window, labels);
  if constexpr (Outputs > 1) updateWindowOf<Outputs - 1>(window, labels);
}

void trainWindow(const TrainingRows& rows, const Group& group, const KernelScratch& scratch, Window& window) {
  window.outputCount = static_cast<int>(group.outputCount);
  findContexts(rows, group, scratch.inputRows, window);
  for (int o = 0; o < window.outputCount; o++) window.outputs[o] = outputRow(rows, group.outputs[o]);
  window.rate = group.rate;
  window.loss = Floats{};
  const bool large = window.outputCount > kWindowTile;
  // Sharing out divides, which the usual window is spared.
  const Tiles tiles = large || group.signs ? shareOut(window.outputCount, kWindowTile) : Tiles{};
  if (large || group.signs) noteFlips(group, tiles, window.flips);
  if (large) updateLargeWindow(window, tiles);
  else if (group.signs) updateWindowOf<kWindowTile>(window, GivenFlips{window.flips});
  else updateWindowOf<kWindowTile>(window, TargetFirst());
  addLoss(scratch, window.loss * group.lossWeight);
}

void trainCbow(const TrainingRows& rows, const GroupBatch& batch, const KernelScratch& scratch) {
  Window window;
  window.outputs = scratch.outputRows;
  window.floats = wholeVectors(rows.dimensions);
  window.mean = scratch.inputs;
  window.gradients = scratch.gradients;
  window.flips = scratch.flips;
  for (size_t i = 0; i < batch.groupCount; i++) {
    window.upcoming.clear();
    if (i + kWindowsAhead < batch.groupCount) window.upcoming.expect(rows, batch.groups[i + kWindowsAhead]);
    if (batch.groups[i].outputCount > 0) trainWindow(rows, batch.groups[i], scratch, window);
  }
}

}  // namespace
