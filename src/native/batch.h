#pragma once
#include <cstdint>
#include <vector>

#include "kernel.h"
#include "noise.h"
#include "random.h"

namespace wordmill {

/**
 * Groups, collected until there are enough for a kernel; made once and used again. Negatives are drawn as the groups
 * come, but looked up for the whole batch at once: the table is large, and lookups that wait for memory then overlap.
 */
class Batch {
 public:
  /** @param mostContexts, mostOutputs of one group, at least 1. */
  Batch(size_t mostContexts, uint32_t mostOutputs)
      : mostContexts_(mostContexts),
        mostOutputs_(mostOutputs),
        contexts_(kContexts + mostContexts),
        outputs_(size_t{kGroups} * mostOutputs) {}

  bool hasRoom() const { return groupCount_ < kGroups && contextCount_ + mostContexts_ <= contexts_.size(); }

  /** Where the next group's contexts and outputs go; `add` then takes them in. */
  uint32_t* contexts() { return contexts_.data() + contextCount_; }
  uint32_t* outputs() { return outputs_.data() + size_t{groupCount_} * mostOutputs_; }

  void add(uint32_t contextCount, uint32_t outputCount, int32_t firstOffset, float rate, float weight) {
    groups_[groupCount_] = {contextCount_, contextCount,  groupCount_ * mostOutputs_, outputCount,
                            firstOffset,   rate * weight, weight};
    groupCount_++;
    contextCount_ += contextCount;
  }

  /** Adds a group that has its contexts already; draws its negatives, to be looked up by `lookUpNegatives`. */
  void addDrawing(uint32_t contextCount, uint32_t target, Random& random, int32_t firstOffset, float rate, float weight) {
    uint32_t* const group = outputs();
    group[0] = target;
    Random draws = random;  // A copy stays in registers.
    for (uint32_t i = 1; i < mostOutputs_; i++) group[i] = draws.next();
    random = draws;
    add(contextCount, mostOutputs_, firstOffset, rate, weight);
  }

  /** Turns draws into words; a negative that equals its target is left out (docs/sampling.md, "Negatives"). */
  void lookUpNegatives(const NoiseTable& noise) {
    for (uint32_t g = 0; g < groupCount_; g++) {
      uint32_t* const group = outputs_.data() + groups_[g].firstOutput;
      const uint32_t target = group[0];
      uint32_t count = 1;
      for (uint32_t i = 1; i < mostOutputs_; i++) {
        group[count] = noise.lookUp(group[i]);
        count += group[count] != target;
      }
      groups_[g].outputCount = count;
    }
  }

  /** Pairs (context, target) in all groups. */
  uint32_t pairCount() const { return contextCount_; }

  GroupBatch view() const { return {groups_, groupCount_, contexts_.data(), outputs_.data()}; }

  void clear() { groupCount_ = contextCount_ = 0; }

 private:
  static constexpr uint32_t kGroups = 128;
  static constexpr uint32_t kContexts = 1024;

  size_t mostContexts_;
  uint32_t mostOutputs_;
  std::vector<uint32_t> contexts_;
  std::vector<uint32_t> outputs_;
  Group groups_[kGroups];
  uint32_t groupCount_ = 0;
  uint32_t contextCount_ = 0;
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
