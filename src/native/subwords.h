#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "aligned_memory.h"
#include "instruction_sets.h"
#include "kernel.h"

namespace wordmill {

/** The rows of E that each word's input vector is the mean of: its own and its n-grams' (src/core/subwords.ts). */
struct SubwordTable {
  std::vector<uint32_t> starts;  // by word, and at the end the number of all
  std::vector<uint32_t> rows;

  uint32_t words() const { return static_cast<uint32_t>(starts.size() - 1); }
  RowList of(uint32_t word) const { return {rows.data() + starts[word], starts[word + 1] - starts[word]}; }
};

/**
 * Trains on input vectors that are composed of several rows (docs/sampling.md, "Subwords"): one thread's own copies of
 * the vectors of the words that are contexts in a span, a part of one sentence. Each is composed when it is first
 * needed; what they all have changed by is added to their rows when the span ends.
 */
class SubwordSpan {
 public:
  /** @param table and `rows` must outlive this; `train` sees the copies as its E. */
  SubwordSpan(const SubwordTable& table, const TrainingRows& rows, const Kernels& kernels, TrainBatch train);

  void train(const GroupBatch& batch, const KernelScratch& scratch);
  /** Ends the span, where one is open. */
  void finish();
  /** Whether a span ends before a group, if that is the next. */
  bool endsBefore(const Group& next) const { return next.startsSentence || groupsInSpan_ == 0 || groupsInSpan_ == kGroups; }

 private:
  static constexpr uint32_t kGroups = 64;  // as GROUPS_IN_A_SPAN in src/train/reference/subword-model.ts
  static constexpr size_t kGroupsToFetch = 5;

  uint32_t slotOf(uint32_t word);
  void compose();
  void grow();
  /** Asks for the outputs of the first groups, which their kernel will need before it can ask for them itself. */
  void fetchOutputs(const Group* groups, size_t count) const;
  ComposedRows slots(size_t first) const;

  const SubwordTable& table_;
  const TrainingRows rows_;
  const Kernels& kernels_;
  const TrainBatch train_;
  std::vector<uint32_t> slotByWord_;  // right where words_ has the word there
  std::vector<uint32_t> words_;       // by slot
  std::vector<RowList> lists_;        // by slot
  size_t composed_ = 0;               // slots that have been composed
  uint32_t groupsInSpan_ = 0;
  size_t capacity_ = 0;
  std::unique_ptr<AlignedMemory> now_, before_;  // by slot
  std::vector<uint32_t> contexts_;               // of a batch, as slots
  std::vector<Group> groups_;
};

}  // namespace wordmill
