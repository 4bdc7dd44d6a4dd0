#include "subwords.h"

#include <algorithm>
#include <cstring>

namespace wordmill {

SubwordSpan::SubwordSpan(const SubwordTable& table, const TrainingRows& rows, const Kernels& kernels, TrainBatch train)
    : table_(table), rows_(rows), kernels_(kernels), train_(train), slotByWord_(table.words()) {
  grow();
}

void SubwordSpan::train(const GroupBatch& batch, const KernelScratch& scratch) {
  size_t contextCount = 0;
  for (size_t g = 0; g < batch.groupCount; g++) contextCount += batch.groups[g].contextCount;
  contexts_.resize(contextCount);
  groups_.assign(batch.groups, batch.groups + batch.groupCount);
  uint32_t* slots = contexts_.data();
  for (size_t g = 0; g < batch.groupCount;) {
    if (groups_[g].startsSentence || groupsInSpan_ == kGroups) finish();
    const size_t first = g;
    do {
      Group& group = groups_[g];
      for (uint32_t c = 0; c < group.contextCount; c++) slots[c] = slotOf(group.contexts[c]);
      group.contexts = slots;
      slots += group.contextCount;
      groupsInSpan_++;
      g++;
    } while (g < batch.groupCount && !groups_[g].startsSentence && groupsInSpan_ < kGroups);
    fetchOutputs(groups_.data() + first, g - first);
    compose();
    TrainingRows copies = rows_;
    copies.input = static_cast<float*>(now_->data());
    train_(copies, {groups_.data() + first, g - first}, scratch);
  }
}

void SubwordSpan::finish() {
  if (!words_.empty()) kernels_.spreadChanges(rows_, slots(0));
  words_.clear();
  lists_.clear();
  composed_ = 0;
  groupsInSpan_ = 0;
}

uint32_t SubwordSpan::slotOf(uint32_t word) {
  const uint32_t slot = slotByWord_[word];
  if (slot < words_.size() && words_[slot] == word) return slot;
  if (words_.size() == capacity_) grow();
  slotByWord_[word] = static_cast<uint32_t>(words_.size());
  words_.push_back(word);
  lists_.push_back(table_.of(word));
  return slotByWord_[word];
}

void SubwordSpan::compose() {
  kernels_.composeRows(rows_, slots(composed_));
  composed_ = words_.size();
}

void SubwordSpan::grow() {
  const size_t capacity = std::max<size_t>(2 * capacity_, 2 * kGroups);
  for (std::unique_ptr<AlignedMemory>* copies : {&now_, &before_}) {
    auto larger = std::make_unique<AlignedMemory>(capacity * rows_.stride * sizeof(float));
    if (*copies) std::memcpy(larger->data(), (*copies)->data(), capacity_ * rows_.stride * sizeof(float));
    *copies = std::move(larger);
  }
  capacity_ = capacity;
}

void SubwordSpan::fetchOutputs(const Group* groups, size_t count) const {
  for (size_t g = 0; g < std::min(count, kGroupsToFetch); g++) {
    for (uint32_t o = 0; o < groups[g].outputCount; o++) {
      const float* const row = rows_.output + groups[g].outputs[o] * rows_.stride;
      for (size_t j = 0; j < rows_.dimensions; j += kRowFloats) __builtin_prefetch(row + j, 1, 3);
    }
  }
}

ComposedRows SubwordSpan::slots(size_t first) const {
  const size_t start = first * rows_.stride;
  return {lists_.data() + first, words_.size() - first, static_cast<float*>(now_->data()) + start,
          static_cast<float*>(before_->data()) + start};
}

}  // namespace wordmill
