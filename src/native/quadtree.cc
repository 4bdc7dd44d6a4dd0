#include "quadtree.h"

#include <cmath>
#include <limits>
#include <utility>

namespace wordmill {

namespace {

/** Points up to which a cell is not divided. */
constexpr uint32_t kLeafPoints = 8;

/** Beyond this extent, squared, a map has diverged. */
constexpr double kLargestSquare = 1e60;

/** The middle of an interval, but greater than its start where it has any length: then both sides get a point. */
double middle(double least, double most) {
  const double half = (least + most) / 2;
  return half > least ? half : most;
}

}  // namespace

Quadtree::Quadtree(size_t points) : places_(points) {
  for (size_t i = 0; i < points; i++) places_[i].point = static_cast<uint32_t>(i);
  cells_.reserve(2 * points);  // A divided cell has at least two in it.
}

bool Quadtree::build(const double* positions) {
  cells_.clear();
  for (Place& place : places_) {
    place.x = positions[2 * size_t{place.point}];
    place.y = positions[2 * size_t{place.point} + 1];
    if (!std::isfinite(place.x) || !std::isfinite(place.y)) return false;
  }
  if (places_.empty()) return true;
  const auto points = static_cast<uint32_t>(places_.size());
  if (!(boxOf(0, points).diagonal < kLargestSquare)) return false;
  addCell(0, points);
  return true;
}

Repulsion Quadtree::repulsion(size_t place, double theta) const {
  const double x = places_[place].x;
  const double y = places_[place].y;
  const double square = theta * theta;
  Repulsion sums;
  const Cell* const cells = cells_.data();
  const auto count = static_cast<uint32_t>(cells_.size());
  for (uint32_t index = 0; index < count;) {
    const Cell& cell = cells[index];
    const double dx = x - cell.meanX;
    const double dy = y - cell.meanY;
    const double distance = dx * dx + dy * dy;
    const bool outside = place < cell.first || place >= cell.last;
    if (cell.diagonal < square * distance && outside) {
      const double q = 1 / (1 + distance);
      const double all = (cell.last - cell.first) * q;
      sums.weight += all;
      sums.x += all * q * dx;
      sums.y += all * q * dy;
      index = cell.next;
      continue;
    }
    index++;
    if (cell.next != index) continue;
    for (uint32_t other = cell.first; other < cell.last; other++) {
      if (other == place) continue;
      const double ex = x - places_[other].x;
      const double ey = y - places_[other].y;
      const double q = 1 / (1 + (ex * ex + ey * ey));
      sums.weight += q;
      sums.x += q * q * ex;
      sums.y += q * q * ey;
    }
  }
  return sums;
}

Quadtree::Box Quadtree::boxOf(uint32_t first, uint32_t last) const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double leastX = kInfinity, leastY = kInfinity, mostX = -kInfinity, mostY = -kInfinity;
  for (uint32_t i = first; i < last; i++) {
    const Place& place = places_[i];
    if (place.x < leastX) leastX = place.x;
    if (place.x > mostX) mostX = place.x;
    if (place.y < leastY) leastY = place.y;
    if (place.y > mostY) mostY = place.y;
  }
  const double width = mostX - leastX;
  const double height = mostY - leastY;
  return {middle(leastX, mostX), middle(leastY, mostY), width * width + height * height};
}

/** Gives the sums of the cell's coordinates. */
Quadtree::Sums Quadtree::addCell(uint32_t first, uint32_t last) {
  const size_t index = cells_.size();
  cells_.emplace_back();
  const Box box = boxOf(first, last);
  Sums sums;
  if (last - first <= kLeafPoints || box.diagonal == 0) {
    for (uint32_t i = first; i < last; i++) {
      sums.x += places_[i].x;
      sums.y += places_[i].y;
    }
  } else {
    const uint32_t upper = divide(&Place::y, box.middleY, first, last);
    const uint32_t ends[] = {divide(&Place::x, box.middleX, first, upper), upper,
                             divide(&Place::x, box.middleX, upper, last), last};
    uint32_t start = first;
    for (const uint32_t end : ends) {
      if (end > start) {
        const Sums inside = addCell(start, end);
        sums.x += inside.x;
        sums.y += inside.y;
      }
      start = end;
    }
  }
  const auto next = static_cast<uint32_t>(cells_.size());
  cells_[index] = {sums.x / (last - first), sums.y / (last - first), box.diagonal, first, last, next};
  return sums;
}

/** Brings those whose coordinate is less than a bound to the front; gives where the others begin. */
uint32_t Quadtree::divide(double Place::*coordinate, double bound, uint32_t first, uint32_t last) {
  uint32_t boundary = first;
  for (uint32_t i = first; i < last; i++) {
    if (places_[i].*coordinate < bound) std::swap(places_[boundary++], places_[i]);
  }
  return boundary;
}

}  // namespace wordmill
