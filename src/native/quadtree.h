#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wordmill {

/** What all other points do to one: the sums of q^2 (y - yj) and of q, with q = 1 / (1 + |y - yj|^2). */
struct Repulsion {
  double x = 0;
  double y = 0;
  double weight = 0;
};

/**
 * The tree of Barnes-Hut t-SNE. src/vectors/projection/quadtree.ts is its specification: the same operations in the same
 * order, and so the same bits.
 */
class Quadtree {
 public:
  explicit Quadtree(size_t points);

  /** Takes in points, x and y in turn; false where nothing can be made of them. */
  bool build(const double* positions);

  /** What the other points do to the one at a place of the tree's order. Any number of threads may ask at once. */
  Repulsion repulsion(size_t place, double theta) const;

  /** Which point lies at a place of the tree's order. */
  uint32_t pointAt(size_t place) const { return places_[place].point; }

 private:
  struct Place {
    double x;
    double y;
    uint32_t point;
  };
  struct Cell {
    double meanX, meanY;
    double diagonal;  // of the box that its points fill, squared
    uint32_t first, last;
    uint32_t next;  // the first cell that is not inside this one
  };
  struct Box {
    double middleX, middleY;
    double diagonal;
  };
  struct Sums {
    double x = 0;
    double y = 0;
  };

  Box boxOf(uint32_t first, uint32_t last) const;
  Sums addCell(uint32_t first, uint32_t last);
  uint32_t divide(double Place::*coordinate, double bound, uint32_t first, uint32_t last);

  std::vector<Place> places_;
  std::vector<Cell> cells_;
};

}  // namespace wordmill
