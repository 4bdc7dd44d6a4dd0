#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "quadtree.h"

namespace wordmill {

/** A symmetric matrix P of which most entries are 0: row i has entries `starts[i]` to `starts[i + 1]`. */
struct Affinities {
  std::vector<uint32_t> starts;
  std::vector<uint32_t> columns;
  std::vector<double> values;

  size_t points() const { return starts.size() - 1; }
};

/** How a map is improved; see descent.ts. */
struct DescentSettings {
  uint32_t iterations;
  uint32_t exaggerated;  // of the iterations, the first
  double exaggeration;
  double earlyMomentum;
  double momentum;
  double learningRate;
  double theta;
  uint32_t threads;
};

/**
 * The gradient descent of t-SNE. src/vectors/projection/descent.ts is its specification: the same bits, since what threads
 * share is only which points they compute, and all sums over points are made by one of them, in order.
 */
class MapDescent {
 public:
  /** @param start x and y of each point in turn; `affinities` must be sound. */
  MapDescent(Affinities affinities, std::vector<double> start, DescentSettings settings);

  /** Runs until the end, or until it is stopped or diverges. */
  void run();

  const std::vector<double>& positions() const { return positions_; }
  /** The sum of 1 / (1 + squared distance) over all pairs of points, both ways, in the end. */
  double normaliser() const { return normaliser_; }
  bool diverged() const { return diverged_; }
  uint32_t iterationsDone() const { return done_; }
  void abort() { stop_ = true; }
  bool stopped() const { return stop_; }

 private:
  bool computeForces();
  void repel(size_t place);
  void attract(size_t point);
  void move(double exaggeration, double momentum);
  void centre();

  const Affinities affinities_;
  const DescentSettings settings_;
  Quadtree tree_;
  std::vector<double> positions_, velocities_, gains_;
  std::vector<double> attraction_, repulsion_;
  std::vector<double> weights_;
  double normaliser_ = 0;
  bool diverged_ = false;
  std::atomic<bool> stop_{false};
  std::atomic<uint32_t> done_{0};
};

}  // namespace wordmill
