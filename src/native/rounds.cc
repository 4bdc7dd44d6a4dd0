#include "rounds.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include "failure.h"
#include "scratch.h"
#include "skipped_groups.h"

namespace wordmill {

namespace {

// As in src/train/rounds.ts.

/** How many groups a shard trains on in a round. */
constexpr uint64_t kGroupsInTurn = 64;

/** By how much changes are damped for each prediction, at a learning rate of 1. */
constexpr double kDamping = 0.2;

}  // namespace

/** Takes chunks one after another; what it trains on is its own until the round ends. */
struct Rounds::Shard {
  Shard(const TrainingSettings& settings, const TrainingData& data)
      : source(data.source()),
        inputs(settings.rows.input, settings.rows.stride),
        outputs(settings.rows.output, settings.rows.stride) {}

  std::unique_ptr<GroupSource> source;
  RowSlab inputs, outputs;
  bool hasChunk = false;
  OpenChunk chunk;  // where it has one
  // Of the round:
  uint64_t words = 0;
  double loss = 0;
  uint64_t predictions = 0;
};

/** A shard's turn in a round, on the thread that happens to take it. */
class Rounds::Turn : public GroupSink {
 public:
  explicit Turn(Rounds& rounds)
      : rounds_(rounds),
        settings_(rounds.trainer_.settings_),
        scratch_(rounds.trainer_.data_->mostContexts(), rounds.trainer_.data_->mostOutputs(), settings_.rows.stride,
                 settings_.rows.frozen != nullptr),
        inputSlots_(settings_.inputRows),
        outputSlots_(settings_.rows.outputRows) {}

  void take(Shard& shard) {
    shard_ = &shard;
    frozen_.clear();
    shard.hasChunk = shard.source->draw(kGroupsInTurn, *this);
    shard.inputs.forgetIn(inputSlots_);
    shard.outputs.forgetIn(outputSlots_);
  }

  float startSentence(uint32_t words) override {
    const double rate = rounds_.trainer_.rateAfter(rounds_.wordsBefore_ + shard_->words);
    shard_->words += words;
    return shard_->chunk.rate = static_cast<float>(rate);
  }

  bool consume(const Batch& batch) override {
    if (rounds_.trainer_.stopped()) return false;
    const GroupBatch groups = onSlabs(batch.view());
    TrainingRows rows = settings_.rows;
    rows.input = shard_->inputs.at(0);
    rows.output = shard_->outputs.at(0);
    if (rows.frozen) rows.frozen = frozenSlots();
    settings_.train(rows, groups, scratch_.view());
    shard_->loss += scratch_.takeLoss();
    shard_->chunk.groups += batch.groupCount();
    shard_->predictions += settings_.model == Model::kCbow ? batch.groupCount() : batch.pairCount();
    if (!std::isfinite(shard_->loss)) {
      throw Failure("data", "the loss is no longer a finite number: training has diverged");
    }
    return true;
  }

 private:
  /** The groups with slots of the shard's slabs for rows. */
  GroupBatch onSlabs(GroupBatch batch) {
    size_t contexts = 0, outputs = 0;
    for (size_t g = 0; g < batch.groupCount; g++) {
      contexts += batch.groups[g].contextCount;
      outputs += batch.groups[g].outputCount;
    }
    slots_.resize(contexts + outputs);
    groups_.assign(batch.groups, batch.groups + batch.groupCount);
    shard_->inputs.reserve(contexts + 1);
    shard_->outputs.reserve(outputs + 1);
    uint32_t* slots = slots_.data();
    for (Group& group : groups_) {
      const uint32_t predictions = settings_.model == Model::kCbow ? 1 : group.contextCount;
      group.contexts = replaced(shard_->inputs, inputSlots_, group.contexts, group.contextCount, 1, slots);
      group.outputs = replaced(shard_->outputs, outputSlots_, group.outputs, group.outputCount, predictions, slots);
    }
    shard_->inputs.fill();
    shard_->outputs.fill();
    return {groups_.data(), groups_.size()};
  }

  const uint8_t* frozenSlots() {
    const std::vector<uint32_t>& rows = shard_->inputs.rows();
    while (frozen_.size() < rows.size()) frozen_.push_back(settings_.rows.frozen[rows[frozen_.size()]]);
    return frozen_.data();
  }

  static const uint32_t* replaced(RowSlab& slab, SlotTable& table, const uint32_t* rows, uint32_t count,
                                  uint32_t predictions, uint32_t*& slots) {
    uint32_t* const first = slots;
    for (uint32_t i = 0; i < count; i++) *slots++ = slab.slotOf(rows[i], predictions, table);
    return first;
  }

  Rounds& rounds_;
  const TrainingSettings& settings_;
  Scratch scratch_;
  SlotTable inputSlots_, outputSlots_;
  std::vector<uint32_t> slots_;
  std::vector<Group> groups_;
  std::vector<uint8_t> frozen_;  // by slot of the inputs
  Shard* shard_ = nullptr;
};

Rounds::Rounds(Trainer& trainer, uint32_t threads)
    : trainer_(trainer),
      threads_(threads),
      barrier_(threads),
      inputMerge_(trainer.settings_.rows.input, trainer.settings_.inputRows, trainer.settings_.rows.stride),
      outputMerge_(trainer.settings_.rows.output, trainer.settings_.rows.outputRows, trainer.settings_.rows.stride),
      wordsBefore_(trainer.words_) {
  for (uint32_t s = 0; s < kShards; s++) {
    shards_.push_back(std::make_unique<Shard>(trainer.settings_, *trainer.data_));
    inputSlabs_.push_back(&shards_.back()->inputs);
    outputSlabs_.push_back(&shards_.back()->outputs);
  }
  takeUp();
  startRound();
}

Rounds::~Rounds() = default;

void Rounds::work(uint32_t thread) {
  std::unique_ptr<Turn> turn;
  trainer_.guarded([&] { turn = std::make_unique<Turn>(*this); });
  while (!isOver_) {
    trainer_.guarded([&] {
      if (turn) takeTurns(*turn);
    });
    barrier_.wait([] {});
    if (!trainer_.stopped()) mergePart(thread);
    barrier_.wait([this] { endRound(); });
  }
}

void Rounds::takeTurns(Turn& turn) {
  for (uint32_t next; (next = nextShard_.fetch_add(1)) < shards_.size() && !trainer_.stopped();) {
    if (shards_[next]->hasChunk) turn.take(*shards_[next]);
  }
}

void Rounds::mergePart(uint32_t part) {
  inputMerge_.merge(inputSlabs_, part, threads_, damping_);
  outputMerge_.merge(outputSlabs_, part, threads_, damping_);
}

void Rounds::endRound() {
  for (const std::unique_ptr<Shard>& shard : shards_) {
    wordsBefore_ += shard->words;
    trainer_.addLoss(epoch_, shard->loss, shard->predictions);
    shard->words = shard->predictions = 0;
    shard->loss = 0;
    shard->inputs.clear();
    shard->outputs.clear();
  }
  trainer_.words_ = wordsBefore_;
  if (trainer_.pausing_ && hasWork()) leave();
  else startRound();
}

bool Rounds::hasWork() const {
  const auto isOpen = [](const std::unique_ptr<Shard>& shard) { return shard->hasChunk; };
  return nextChunk_ < trainer_.data_->chunkCount() || epoch_ + 1 < trainer_.settings_.epochs ||
         std::any_of(shards_.begin(), shards_.end(), isOpen);
}

void Rounds::leave() {
  for (const std::unique_ptr<Shard>& shard : shards_) {
    if (shard->hasChunk) trainer_.leave(shard->chunk);
  }
  trainer_.nextChunk_ = epoch_ * trainer_.data_->chunkCount() + nextChunk_;
  trainer_.isPaused_ = isOver_ = true;
}

void Rounds::takeUp() {
  const uint64_t chunks = std::max<uint64_t>(1, trainer_.data_->chunkCount());
  const std::vector<OpenChunk> open = std::move(trainer_.open_);
  trainer_.open_.clear();
  // All shards are in one epoch; only when none has a chunk does the next one begin.
  const uint64_t any = open.empty() ? trainer_.nextChunk_.load() : open.front().chunk;
  epoch_ = static_cast<uint32_t>(std::min<uint64_t>(any / chunks, trainer_.settings_.epochs - 1));
  nextChunk_ = trainer_.nextChunk_ - epoch_ * chunks;
  for (const OpenChunk& chunk : open) {
    Shard& shard = *shards_[chunk.shard];
    if (shard.hasChunk || chunk.chunk / chunks != epoch_) throw Failure("data", "the place to go on from is damaged");
    begin(shard, chunk);
    skipGroups(*shard.source, chunk.groups, chunk.rate);
  }
}

void Rounds::begin(Shard& shard, const OpenChunk& chunk) {
  shard.source->open(trainer_.settings_.firstEpoch + epoch_, chunk.chunk % trainer_.data_->chunkCount());
  shard.chunk = chunk;
  shard.hasChunk = true;
}

void Rounds::startRound() {
  const uint64_t chunks = trainer_.data_->chunkCount();
  for (;;) {
    bool hasChunks = false;
    for (uint32_t s = 0; s < kShards; s++) {
      Shard& shard = *shards_[s];
      if (!shard.hasChunk && nextChunk_ < chunks) {
        trainer_.guarded([&] { begin(shard, {s, epoch_ * chunks + nextChunk_++, 0, 0}); });
        trainer_.nextChunk_++;
      }
      hasChunks |= shard.hasChunk;
    }
    if (hasChunks || epoch_ + 1 >= trainer_.settings_.epochs) {
      isOver_ = !hasChunks || trainer_.stopped();
      break;
    }
    epoch_++;
    nextChunk_ = 0;
  }
  nextShard_ = 0;
  damping_ = static_cast<float>(kDamping * trainer_.rateAfter(wordsBefore_));
}

}  // namespace wordmill
