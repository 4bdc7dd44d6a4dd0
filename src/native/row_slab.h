#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "aligned_memory.h"

namespace wordmill {

/** Where a thread finds the copies of a matrix's rows: for each row a slot, or `kNone`. */
class SlotTable {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  explicit SlotTable(size_t rows) : slots_(rows, kNone) {}

  uint32_t& operator[](uint32_t row) { return slots_[row]; }

 private:
  std::vector<uint32_t> slots_;
};

/** Copies of some rows of a matrix, in slots, in the order in which the rows were first asked for. */
class RowSlab {
 public:
  RowSlab(const float* matrix, size_t stride) : matrix_(matrix), stride_(stride) {}

  /** Makes room for so many slots more. Moves what is there. */
  void reserve(size_t more) {
    const size_t needed = rows_.size() + more;
    if (needed <= capacity_) return;
    const size_t capacity = std::max(needed, 2 * capacity_);
    auto memory = std::make_unique<AlignedMemory>(capacity * stride_ * sizeof(float));
    if (memory_) std::memcpy(memory->data(), memory_->data(), rows_.size() * stride_ * sizeof(float));
    memory_ = std::move(memory);
    capacity_ = capacity;
  }

  /** The slot of a row that takes part in so many predictions more; a new one has nothing in it before `fill`. */
  uint32_t slotOf(uint32_t row, uint32_t predictions, SlotTable& table) {
    uint32_t& slot = table[row];
    if (slot == SlotTable::kNone) {
      slot = static_cast<uint32_t>(rows_.size());
      rows_.push_back(row);
      predictions_.push_back(0);
    }
    predictions_[slot] += predictions;
    return slot;
  }

  /** Copies the rows of new slots from the matrix. */
  void fill() {
    for (; filled_ < rows_.size(); filled_++) {
      if (filled_ + kAhead < rows_.size()) fetch(rows_[filled_ + kAhead]);
      std::memcpy(at(filled_), matrix_ + rows_[filled_] * stride_, stride_ * sizeof(float));
    }
  }

  /** Forgets the slots, in a table too that knows them. */
  void forgetIn(SlotTable& table) const {
    for (const uint32_t row : rows_) table[row] = SlotTable::kNone;
  }
  void clear() {
    rows_.clear();
    predictions_.clear();
    filled_ = 0;
  }

  float* at(size_t slot) const { return static_cast<float*>(memory_->data()) + slot * stride_; }
  /** By slot: the row, and how many predictions it took part in. */
  const std::vector<uint32_t>& rows() const { return rows_; }
  const std::vector<uint32_t>& predictions() const { return predictions_; }

 private:
  static constexpr size_t kAhead = 8;

  void fetch(uint32_t row) const {
    const float* const from = matrix_ + row * stride_;
    for (size_t j = 0; j < stride_; j += 16) __builtin_prefetch(from + j, 0, 3);
  }

  const float* matrix_;
  size_t stride_;
  std::unique_ptr<AlignedMemory> memory_;
  size_t capacity_ = 0;
  size_t filled_ = 0;
  std::vector<uint32_t> rows_, predictions_;
};

}  // namespace wordmill
