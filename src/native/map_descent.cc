#include "map_descent.h"

#include <algorithm>
#include <utility>

#include "threads.h"

namespace wordmill {

namespace {

constexpr double kLeastGain = 0.01;

/** Points that a thread takes at a time. */
constexpr size_t kTogether = 64;

}  // namespace

MapDescent::MapDescent(Affinities affinities, std::vector<double> start, DescentSettings settings)
    : affinities_(std::move(affinities)),
      settings_(settings),
      tree_(affinities_.points()),
      positions_(std::move(start)),
      velocities_(positions_.size()),
      gains_(positions_.size(), 1),
      attraction_(positions_.size()),
      repulsion_(positions_.size()),
      weights_(affinities_.points()) {}

void MapDescent::run() {
  for (uint32_t iteration = 0; iteration < settings_.iterations && !stop_; iteration++) {
    const bool early = iteration < settings_.exaggerated;
    if (!computeForces()) return;
    move(early ? settings_.exaggeration : 1, early ? settings_.earlyMomentum : settings_.momentum);
    centre();
    done_.fetch_add(1, std::memory_order_relaxed);
  }
  if (!stop_) computeForces();
}

/** False where the map has diverged. */
bool MapDescent::computeForces() {
  diverged_ = !tree_.build(positions_.data());
  if (diverged_) return false;
  const size_t points = affinities_.points();
  forEachTask((points + kTogether - 1) / kTogether, settings_.threads, stop_, [&](uint64_t task) {
    const size_t end = std::min(points, (task + 1) * kTogether);
    for (size_t i = task * kTogether; i < end; i++) {
      repel(i);
      attract(tree_.pointAt(i));  // In the tree's order, for neighbours lie near each other there.
    }
  });
  normaliser_ = 0;
  for (const double weight : weights_) normaliser_ += weight;
  return true;
}

void MapDescent::repel(size_t place) {
  const Repulsion sums = tree_.repulsion(place, settings_.theta);
  const size_t point = tree_.pointAt(place);
  repulsion_[2 * point] = sums.x;
  repulsion_[2 * point + 1] = sums.y;
  weights_[point] = sums.weight;
}

void MapDescent::attract(size_t point) {
  const double x = positions_[2 * point];
  const double y = positions_[2 * point + 1];
  double sumX = 0, sumY = 0;
  for (uint32_t entry = affinities_.starts[point]; entry < affinities_.starts[point + 1]; entry++) {
    const size_t other = affinities_.columns[entry];
    const double dx = x - positions_[2 * other];
    const double dy = y - positions_[2 * other + 1];
    const double force = affinities_.values[entry] / (1 + (dx * dx + dy * dy));
    sumX += force * dx;
    sumY += force * dy;
  }
  attraction_[2 * point] = sumX;
  attraction_[2 * point + 1] = sumY;
}

void MapDescent::move(double exaggeration, double momentum) {
  for (size_t i = 0; i < positions_.size(); i++) {
    const double gradient = 4 * (exaggeration * attraction_[i] - repulsion_[i] / normaliser_);
    const double velocity = velocities_[i];
    const double gain = gradient * velocity > 0 ? gains_[i] * 0.8 : gains_[i] + 0.2;
    gains_[i] = gain < kLeastGain ? kLeastGain : gain;
    velocities_[i] = momentum * velocity - settings_.learningRate * gains_[i] * gradient;
    positions_[i] += velocities_[i];
  }
}

void MapDescent::centre() {
  double sumX = 0, sumY = 0;
  for (size_t i = 0; i < positions_.size(); i += 2) {
    sumX += positions_[i];
    sumY += positions_[i + 1];
  }
  const auto points = static_cast<double>(affinities_.points());
  const double meanX = sumX / points, meanY = sumY / points;
  for (size_t i = 0; i < positions_.size(); i += 2) {
    positions_[i] -= meanX;
    positions_[i + 1] -= meanY;
  }
}

}  // namespace wordmill
