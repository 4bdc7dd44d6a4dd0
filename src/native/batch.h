#pragma once
#include <cstdint>
#include <vector>

#include "kernel.h"
#include "output_settings.h"
#include "random.h"

namespace wordmill {

/**
 * Groups, collected until there are enough for a kernel; made once and used again. Negatives are drawn as the groups
 * come, but looked up for the whole batch at once: the table is large, and lookups that wait for memory then overlap.
 */
class Batch {
 public:
  /**
   * @param mostContexts of one group, at least 1.
   * @param settings must outlive the batch: paths are used where they lie.
   */
  Batch(size_t mostContexts, const OutputSettings& settings)
      : settings_(settings),
        mostContexts_(mostContexts),
        negatives_(settings.loss == Loss::kNegative ? settings.negative : 0),
        contexts_(kContexts + mostContexts),
        outputs_(size_t{kGroups} * (negatives_ + 1)) {}

  bool hasRoom() const { return groupCount_ < kGroups && contextCount_ + mostContexts_ <= contexts_.size(); }

  /** Says that the groups that come are another sentence's than those before. */
  void startSentence() { startsSentence_ = true; }

  /** Where the next group's contexts go; `add` then takes them in. */
  uint32_t* contexts() { return contexts_.data() + contextCount_; }

  /** Adds a group that has its contexts already. Negatives are drawn from `random`, to be looked up by `finish`. */
  void add(uint32_t contextCount, uint32_t target, Random& random, int32_t firstOffset, float rate, float weight) {
    Group& group = groups_[groupCount_];
    group = {contexts(), nullptr, nullptr, target, contextCount, 0, firstOffset, rate * weight, weight, startsSentence_};
    startsSentence_ = false;
    switch (settings_.loss) {
      case Loss::kNegative: drawNegatives(group, random); break;
      case Loss::kHierarchical: takePath(group); break;
      case Loss::kSoftmax: break;
    }
    groupCount_++;
    contextCount_ += contextCount;
  }

  /** Turns draws into words; a negative that equals its target is left out (docs/sampling.md, "Negatives"). */
  void finish() {
    for (uint32_t g = 0; negatives_ > 0 && g < groupCount_; g++) {
      uint32_t* const outputs = ownOutputs(g);
      uint32_t count = 1;
      for (uint32_t i = 1; i <= negatives_; i++) {
        outputs[count] = settings_.noise.lookUp(outputs[i]);
        count += outputs[count] != outputs[0];
      }
      groups_[g].outputCount = count;
    }
  }

  uint32_t groupCount() const { return groupCount_; }
  /** Pairs (context, target) in all groups. */
  uint32_t pairCount() const { return contextCount_; }

  GroupBatch view() const { return {groups_, groupCount_}; }

  void clear() { groupCount_ = contextCount_ = 0; }

 private:
  static constexpr uint32_t kGroups = 128;
  static constexpr uint32_t kContexts = 1024;

  uint32_t* ownOutputs(uint32_t group) { return outputs_.data() + size_t{group} * (negatives_ + 1); }

  void drawNegatives(Group& group, Random& random) {
    uint32_t* const outputs = ownOutputs(groupCount_);
    outputs[0] = group.target;
    Random draws = random;  // A copy stays in registers.
    for (uint32_t i = 1; i <= negatives_; i++) outputs[i] = draws.next();
    random = draws;
    group.outputs = outputs;
  }

  void takePath(Group& group) const {
    const HuffmanPaths& paths = settings_.paths;
    const uint32_t start = paths.starts[group.target];
    group.outputs = paths.nodes.data() + start;
    group.signs = paths.signs.data() + start;
    group.outputCount = paths.starts[group.target + 1] - start;
    // The paths of all words are more than a cache holds; these are read when the batch is full.
    constexpr uint32_t kLine = 64 / sizeof(uint32_t);
    for (uint32_t step = 0; step < group.outputCount + kLine; step += kLine) {
      __builtin_prefetch(group.outputs + step);
      __builtin_prefetch(group.signs + step);
    }
  }

  const OutputSettings& settings_;
  size_t mostContexts_;
  uint32_t negatives_;
  std::vector<uint32_t> contexts_;
  std::vector<uint32_t> outputs_;
  Group groups_[kGroups];
  uint32_t groupCount_ = 0;
  uint32_t contextCount_ = 0;
  bool startsSentence_ = true;
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
