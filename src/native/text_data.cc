#include "text_data.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace wordmill {

namespace {

constexpr uint32_t kAlwaysKept = 0xffffffffu;

}  // namespace

/** All draws for one sentence after another: subsampling, windows, targets, outputs. */
class TextSource : public GroupSource {
 public:
  explicit TextSource(const TextData& data)
      : data_(data),
        sampling_(data.sampling_),
        batch_(data.mostContexts(), data.outputs_) {}

  void open(uint32_t epoch, size_t chunk) override {
    sentenceStreams_ = Random().fork(sampling_.seed).fork(kSentenceStream).fork(epoch);
    negativeStreams_ = Random().fork(sampling_.seed).fork(kNegativesStream).fork(epoch);
    batch_.clear();
    reader_.emplace(*data_.spool_, chunk);
    ids_.clear();
    position_ = targetsDrawn_ = 0;
  }

  bool draw(uint64_t most, GroupSink& sink) override {
    groupsLeft_ = most;
    while (groupsLeft_ > 0) {
      if (position_ == ids_.size() && !nextSentence(sink)) {
        flush(sink);
        return false;
      }
      if (!drawWindows(sink)) return false;
    }
    return flush(sink);
  }

 private:
  /** Thins out the sentence in place. */
  void subsample() {
    size_t kept = 0;
    Random random = random_;  // A copy stays in registers.
    for (const uint32_t id : ids_) {
      const uint32_t threshold = sampling_.keepThresholds[id];
      ids_[kept] = id;
      kept += threshold == kAlwaysKept || random.next() < threshold;
    }
    random_ = random;
    ids_.resize(kept);
  }

  /** Goes on to the next sentence that has words to train on; returns false after the last. */
  bool nextSentence(GroupSink& sink) {
    position_ = 0;
    while (reader_->next(ids_)) {
      if (ids_.empty() || !data_.takes(reader_->sentence())) continue;
      rate_ = sink.startSentence(static_cast<uint32_t>(ids_.size()));
      batch_.startSentence();
      random_ = sentenceStreams_.fork(static_cast<uint32_t>(reader_->sentence()));
      negativeRandom_ = negativeStreams_.fork(static_cast<uint32_t>(reader_->sentence()));
      subsample();
      if (ids_.size() >= 2) return true;
    }
    ids_.clear();
    return false;
  }

  bool drawWindows(GroupSink& sink) {
    while (position_ < ids_.size() && groupsLeft_ > 0) {
      if (!(sampling_.targets == 0 ? addWindow(sink) : addTargets(sink))) return false;
    }
    return true;
  }

  /** Draws the window of the position: from its start to just before its end. */
  std::pair<size_t, size_t> drawWindow() {
    const size_t reach = sampling_.dynamic ? 1 + size_t{random_.below(sampling_.window)} : sampling_.window;
    return {position_ > reach ? position_ - reach : 0, std::min(ids_.size(), position_ + reach + 1)};
  }

  /** All targets: the position's word is the target of all contexts in its window. */
  bool addWindow(GroupSink& sink) {
    const auto [start, end] = drawWindow();
    if (!batch_.hasRoom() && !flush(sink)) return false;
    uint32_t* contexts = batch_.contexts();
    for (size_t other = start; other < position_; other++) *contexts++ = ids_[other];
    for (size_t other = position_ + 1; other < end; other++) *contexts++ = ids_[other];
    addGroup(position_, start == position_ ? position_ + 1 : start, static_cast<uint32_t>(end - start - 1));
    position_++;
    return true;
  }

  /** N targets: the position's word is the context of at most N targets, drawn from its window. */
  bool addTargets(GroupSink& sink) {
    if (targetsDrawn_ == 0) {
      const auto [start, end] = drawWindow();
      positions_.clear();
      for (size_t other = start; other < end; other++) {
        if (other != position_) positions_.push_back(static_cast<uint32_t>(other));
      }
    }
    const uint32_t length = static_cast<uint32_t>(positions_.size());
    const bool choose = length > sampling_.targets;
    const uint32_t wanted = std::min(sampling_.targets, length);
    for (; targetsDrawn_ < wanted && groupsLeft_ > 0; targetsDrawn_++) {
      const uint32_t i = targetsDrawn_;
      if (choose) std::swap(positions_[i], positions_[i + random_.below(length - i)]);
      if (!batch_.hasRoom() && !flush(sink)) return false;
      *batch_.contexts() = ids_[position_];
      addGroup(positions_[i], position_, 1);
    }
    if (targetsDrawn_ == wanted) {
      targetsDrawn_ = 0;
      position_++;
    }
    return true;
  }

  void addGroup(size_t targetPosition, size_t firstContext, uint32_t contextCount) {
    const int32_t offset = static_cast<int32_t>(targetPosition - firstContext);
    batch_.add(contextCount, ids_[targetPosition], negativeRandom_, offset, rate_, 1);
    groupsLeft_--;
  }

  bool flush(GroupSink& sink) {
    batch_.finish();
    const bool going = sink.consume(batch_);
    batch_.clear();
    return going;
  }

  const TextData& data_;
  const SamplingSettings& sampling_;
  Batch batch_;
  Random sentenceStreams_, negativeStreams_, random_, negativeRandom_;
  std::optional<ChunkReader> reader_;
  std::vector<uint32_t> ids_;  // of the sentence, subsampled
  size_t position_ = 0;        // in it, of the next window
  std::vector<uint32_t> positions_;  // of its window, the targets that have been drawn first
  uint32_t targetsDrawn_ = 0;
  uint64_t groupsLeft_ = 0;  // that are still wanted
  float rate_ = 0;
};

uint64_t TextData::countWords(const std::atomic<bool>& stopped) const {
  uint64_t words = 0;
  std::vector<uint32_t> ids;
  for (size_t chunk = 0; chunk < chunkCount() && !stopped; chunk++) {
    ChunkReader reader(*spool_, chunk);
    while (reader.next(ids)) {
      if (takes(reader.sentence())) words += ids.size();
    }
  }
  return words;
}

std::unique_ptr<GroupSource> TextData::source() const { return std::make_unique<TextSource>(*this); }

}  // namespace wordmill
