#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "../map_descent.h"
#include "../neighbours.h"
#include "../quadtree.h"
#include "sanitized.h"

namespace wordmill {

namespace {

constexpr size_t kPoints = 150;

/** Whole numbers, so that sums are exact and many rows are equal. */
std::vector<double> madeRows(size_t rows, size_t dimensions) {
  Random random = Random().fork(11).fork(static_cast<uint32_t>(dimensions));
  std::vector<double> values(rows * dimensions);
  for (double& value : values) value = random.below(4);
  return values;
}

double squareBetween(const std::vector<double>& values, size_t dimensions, size_t a, size_t b) {
  double sum = 0;
  for (size_t j = 0; j < dimensions; j++) sum += std::pow(values[a * dimensions + j] - values[b * dimensions + j], 2);
  return sum;
}

/** For every width and count: what sorting all others by distance gives. */
void checkNeighbours() {
  for (const size_t dimensions : {size_t{4}, size_t{12}, size_t{52}}) {
    const std::vector<double> values = madeRows(kPoints, dimensions);
    for (const uint32_t count : {1u, 20u, static_cast<uint32_t>(kPoints) - 1}) {
      Neighbours found(values, dimensions, count, 2);
      found.run();
      REQUIRE(found.rowsDone() == kPoints);
      for (size_t row = 0; row < kPoints; row++) {
        std::vector<uint32_t> others(kPoints);
        std::iota(others.begin(), others.end(), 0u);
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(row));
        std::stable_sort(others.begin(), others.end(), [&](uint32_t a, uint32_t b) {
          return squareBetween(values, dimensions, row, a) < squareBetween(values, dimensions, row, b);
        });
        REQUIRE(std::equal(others.begin(), others.begin() + count, found.rows().data() + row * count));
      }
    }
  }
}

/** Points scattered, on a few places, on a line, far from 0, ever nearer to 0, or at the next numbers of one. */
std::vector<double> madePoints(uint32_t kind) {
  Random random = Random().fork(12).fork(kind);
  std::vector<double> positions(2 * kPoints);
  for (size_t i = 0; i < positions.size(); i++) {
    const double number = random.below(10'000);
    const double kinds[] = {number, std::fmod(number, 2), i % 2 == 0 ? number : 1.7e308, i % 2 == 0 ? 1e29 : -number,
                            std::ldexp(1, -7 * static_cast<int>(i / 2)), 1 + std::fmod(number, 3) * 0x1p-52, 5};
    positions[i] = kinds[kind];
  }
  return positions;
}

constexpr uint32_t kKinds = 7;
constexpr uint32_t kHuge = 2;  // which of them has coordinates whose sum is no number

/** Trees end, hold every point, and count all others. */
void checkTrees() {
  Quadtree tree(kPoints);
  for (uint32_t kind = 0; kind < kKinds; kind++) {
    const std::vector<double> positions = madePoints(kind);
    REQUIRE(tree.build(positions.data()));
    std::vector<bool> seen(kPoints);
    for (size_t place = 0; place < kPoints; place++) {
      seen[tree.pointAt(place)] = true;
      for (const double theta : {0.0, 0.5, 1.0}) {
        const Repulsion sums = tree.repulsion(place, theta);
        REQUIRE(kind == kHuge || (sums.weight >= 0 && sums.weight <= kPoints - 1));
      }
    }
    REQUIRE(std::count(seen.begin(), seen.end(), true) == static_cast<std::ptrdiff_t>(kPoints));
  }
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double broken : {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, 1e31}) {
    for (const size_t many : {size_t{1}, size_t{20}, kPoints}) {
      if (broken == 1e31 && many == kPoints) continue;  // They coincide.
      std::vector<double> positions = madePoints(0);
      std::fill_n(positions.begin(), 2 * many, broken);
      REQUIRE(!tree.build(positions.data()));
    }
  }
  REQUIRE(tree.build(madePoints(0).data()));
  REQUIRE(Quadtree(0).build(nullptr));
}

/** Each point is drawn to the next and to the one before, all around. */
Affinities ring(double value) {
  Affinities affinities;
  affinities.starts.push_back(0);
  for (uint32_t i = 0; i < kPoints; i++) {
    for (const size_t step : {size_t{1}, kPoints - 1}) affinities.columns.push_back(static_cast<uint32_t>((i + step) % kPoints));
    affinities.values.insert(affinities.values.end(), 2, value);
    affinities.starts.push_back(2 * i + 2);
  }
  return affinities;
}

/** Two threads move points as one does, wherever they start; too long steps or too large affinities are noticed. */
void checkDescents() {
  const double value = 0.5 / kPoints;
  for (uint32_t kind = 0; kind < kKinds; kind++) {
    DescentSettings settings = {30, 10, 12, 0.5, 0.8, 10, 0.5, 1};
    MapDescent one(ring(value), madePoints(kind), settings);
    one.run();
    settings.threads = 2;
    MapDescent two(ring(value), madePoints(kind), settings);
    two.run();
    REQUIRE(one.diverged() == two.diverged() && one.iterationsDone() == two.iterationsDone());
    REQUIRE(one.diverged() || (one.positions() == two.positions() && std::isfinite(one.normaliser())));
    REQUIRE(one.diverged() == (kind == kHuge));

    settings.learningRate = 1e300;
    MapDescent tooFast(ring(value), madePoints(kind), settings);
    tooFast.run();
    settings.learningRate = 10;
    MapDescent tooLarge(ring(1e308), madePoints(kind), settings);
    tooLarge.run();
    const bool still = kind == kKinds - 1;  // Points that all coincide feel no force.
    REQUIRE(tooFast.diverged() == !still && tooLarge.diverged() == !still);

    MapDescent stopped(ring(value), madePoints(kind), settings);
    stopped.abort();
    stopped.run();
    REQUIRE(stopped.stopped() && stopped.iterationsDone() == 0);
  }
}

}  // namespace

void checkProjection() {
  checkNeighbours();
  checkTrees();
  checkDescents();
}

}  // namespace wordmill
