#pragma once
#include <cstdint>
#include <vector>

#include "kernel.h"

namespace wordmill {

/** Groups, collected until there are enough for a kernel; made once and used again. */
class Batch {
 public:
  /** @param mostContexts, mostOutputs of one group, at least 1. */
  Batch(size_t mostContexts, size_t mostOutputs)
      : mostContexts_(mostContexts), contexts_(kContexts + mostContexts), outputs_(kGroups * mostOutputs) {}

  bool hasRoom() const { return groupCount_ < kGroups && contextCount_ + mostContexts_ <= contexts_.size(); }
  bool empty() const { return groupCount_ == 0; }

  /** Where the next group's contexts and outputs go; `add` then takes them in. */
  uint32_t* contexts() { return contexts_.data() + contextCount_; }
  uint32_t* outputs() { return outputs_.data() + outputCount_; }

  void add(uint32_t contextCount, uint32_t outputCount, int32_t firstOffset, float rate, float weight) {
    groups_[groupCount_++] = {contextCount_, contextCount, outputCount_, outputCount, firstOffset, rate * weight, weight};
    contextCount_ += contextCount;
    outputCount_ += outputCount;
  }

  /** Pairs (context, target) in all groups. */
  uint32_t pairCount() const { return contextCount_; }

  GroupBatch view() const { return {groups_, groupCount_, contexts_.data(), outputs_.data()}; }

  void clear() { groupCount_ = contextCount_ = outputCount_ = 0; }

 private:
  static constexpr uint32_t kGroups = 128;
  static constexpr uint32_t kContexts = 1024;

  size_t mostContexts_;
  std::vector<uint32_t> contexts_;
  std::vector<uint32_t> outputs_;
  Group groups_[kGroups];
  uint32_t groupCount_ = 0;
  uint32_t contextCount_ = 0;
  uint32_t outputCount_ = 0;
};

/** What becomes of the groups that are drawn: they are trained on, or written down. */
class GroupSink {
 public:
  virtual ~GroupSink() = default;
  /** Called before each sentence with how many words it has; returns the learning rate of its groups. */
  virtual float startSentence(uint32_t words) = 0;
  /** Takes groups; returns false to stop. */
  virtual bool consume(const Batch& batch) = 0;
};

}  // namespace wordmill
