#include "worker.h"

#include <algorithm>
#include <cmath>

#include "failure.h"
#include "skipped_groups.h"

namespace wordmill {

namespace {

/** How many words a thread keeps to itself before it tells the others. */
constexpr uint64_t kWordsToShare = 2000;

}  // namespace

Worker::Worker(Trainer& trainer)
    : trainer_(trainer),
      source_(trainer.data_->source()),
      scratch_(trainer.data_->mostContexts(), trainer.data_->mostOutputs(), trainer.settings_.rows.stride,
               trainer.settings_.rows.frozen != nullptr),
      rows_(trainer.settings_.rows),
      wordsSeen_(trainer.words_) {
  const TrainingSettings& settings = trainer.settings_;
  if (settings.subwords) {
    span_ = std::make_unique<SubwordSpan>(*settings.subwords, settings.rows, *settings.kernels, settings.train);
  } else if (settings.loss == Loss::kHierarchical && settings.threads > 1) {
    own_ = std::make_unique<OwnRows>(settings.rows);
    rows_ = own_->in(settings.rows);
  }
}

void Worker::run() {
  OpenChunk chunk;
  while (!trainer_.stopped_ && !isPausing() && trainer_.takeChunk(chunk)) trainChunk(chunk);
  shareWords();
}

void Worker::trainChunk(OpenChunk chunk) {
  const uint64_t chunks = trainer_.data_->chunkCount();
  chunk_ = chunk;
  isLeft_ = false;
  epoch_ = static_cast<uint32_t>(chunk.chunk / chunks);
  source_->open(trainer_.settings_.firstEpoch + epoch_, chunk.chunk % chunks);
  begun_.assign(1, {skipGroups(*source_, chunk.groups, chunk.rate), chunk.rate});
  source_->draw(GroupSource::kAll, *this);
  if (isLeft_) leaveChunk();
  else if (span_) span_->finish();
  shareLoss();
}

float Worker::startSentence(uint32_t words) {
  const float rate = static_cast<float>(trainer_.rateAfter(wordsSeen_ + ownWords_));
  begun_.push_back({begun_.back().words + words, rate});
  ownWords_ += words;
  if (ownWords_ >= kWordsToShare) shareWords();
  return rate;
}

bool Worker::consume(const Batch& batch) {
  const GroupBatch all = batch.view();
  const bool slow = trainer_.settings_.loss == Loss::kSoftmax;
  for (size_t done = 0; done < all.groupCount;) {
    if (trainer_.stopped_) return false;
    if (isPausing() && (!span_ || span_->endsBefore(all.groups[done]))) {
      isLeft_ = true;
      return false;
    }
    // One at a time where each takes long, and where a pause waits for a span to end.
    const size_t some = slow || (span_ && trainer_.pausing_) ? 1 : all.groupCount - done;
    trainOn({all.groups + done, some});
    done += some;
  }
  begun_.assign(1, begun_.back());
  if (predictions_ >= kPredictionsToShare) shareLoss();
  return true;
}

void Worker::trainOn(const GroupBatch& groups) {
  if (span_) span_->train(groups, scratch_.view());
  else trainer_.settings_.train(rows_, groups, scratch_.view());
  if (own_) own_->exchange();
  loss_ += scratch_.takeLoss();
  const bool oneEach = trainer_.settings_.model == Model::kCbow;
  for (size_t g = 0; g < groups.groupCount; g++) predictions_ += oneEach ? 1 : groups.groups[g].contextCount;
  chunk_.groups += groups.groupCount;
  hasTrained_ = true;
  if (!std::isfinite(loss_)) {
    throw Failure("data", "the loss is no longer a finite number: training has diverged");
  }
}

void Worker::leaveChunk() {
  if (span_) span_->finish();
  const uint64_t chunks = trainer_.data_->chunkCount();
  source_->open(trainer_.settings_.firstEpoch + epoch_, chunk_.chunk % chunks);
  const uint64_t words = skipGroups(*source_, chunk_.groups, 0);
  const uint64_t counted = begun_.back().words;
  shareWords();
  trainer_.words_ -= counted - words;
  const auto sentence = std::find_if(begun_.begin(), begun_.end(), [&](const Begun& begun) { return begun.words >= words; });
  chunk_.rate = sentence->rate;
  trainer_.leave(chunk_);
}

void Worker::shareWords() {
  wordsSeen_ = trainer_.words_.fetch_add(ownWords_, std::memory_order_relaxed) + ownWords_;
  ownWords_ = 0;
}

void Worker::shareLoss() {
  trainer_.addLoss(epoch_, loss_, predictions_);
  loss_ = 0;
  predictions_ = 0;
}

}  // namespace wordmill
