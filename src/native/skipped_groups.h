#pragma once
#include <cstdint>

#include "failure.h"
#include "training_data.h"

namespace wordmill {

/** Takes groups that have been trained on already, and counts them. */
class SkippedGroups : public GroupSink {
 public:
  explicit SkippedGroups(float rate) : rate_(rate) {}

  float startSentence(uint32_t words) override {
    words_ += words;
    return rate_;
  }
  bool consume(const Batch& batch) override {
    groups_ += batch.groupCount();
    return true;
  }

  uint64_t groups() const { return groups_; }
  /** Of the sentences that the groups are of, and of those before them that have none. */
  uint64_t words() const { return words_; }

 private:
  const float rate_;
  uint64_t groups_ = 0;
  uint64_t words_ = 0;
};

/**
 * Draws the first groups of a chunk that has just been opened, to go on after them: every draw depends on the epoch and
 * the sentence alone, so what comes next is what came next before.
 *
 * @param rate of the sentence that the last of them is of.
 * @returns the words of the sentences that have been begun.
 * @throws Failure `data` if the chunk has fewer groups.
 */
inline uint64_t skipGroups(GroupSource& source, uint64_t groups, float rate) {
  if (groups == 0) return 0;
  SkippedGroups skipped(rate);
  source.draw(groups, skipped);
  if (skipped.groups() != groups) {
    throw Failure("data", "the place to go on from lies outside the data: it is of other data, or damaged");
  }
  return skipped.words();
}

}  // namespace wordmill
