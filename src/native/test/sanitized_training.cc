#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

#include "../aligned_memory.h"
#include "../failure.h"
#include "../pair_data.h"
#include "../text_data.h"
#include "../trainer.h"
#include "made_spool.h"
#include "sanitized.h"

namespace wordmill {

namespace {

constexpr uint32_t kNGrams = 30;
constexpr uint32_t kSeed = 7;
constexpr int kMostPauses = 20;

OutputSettings outputsFor(Loss loss) {
  OutputSettings outputs;
  outputs.loss = loss;
  outputs.words = kWords;
  const std::vector<uint32_t> thresholds(kWords, 0x80000000), aliases(kWords, 3);
  outputs.noise = NoiseTable(thresholds.data(), aliases.data(), kWords);
  outputs.negative = 5;
  // A tree like a comb: word i hangs on node i, the last two on the last node.
  outputs.paths.starts.push_back(0);
  for (uint32_t word = 0; word < kWords; word++) {
    const uint32_t last = word < kWords - 1 ? word : kWords - 2;
    for (uint32_t node = 0; node <= last; node++) {
      outputs.paths.nodes.push_back(node);
      outputs.paths.signs.push_back(node == last && word < kWords - 1 ? 1.0f : -1.0f);
    }
    outputs.paths.starts.push_back(static_cast<uint32_t>(outputs.paths.nodes.size()));
  }
  return outputs;
}

struct Files : SpoolFiles {
  std::string pairs;
};

std::unique_ptr<TrainingData> textData(const Files& files, std::vector<SpoolChunk> chunks, Loss loss, uint32_t targets) {
  auto spool = openSpool(files, std::move(chunks));
  SamplingSettings sampling = {std::vector<uint32_t>(kWords, 0xf0000000), 5, true, targets, kSeed, Part(0.1, false, kSeed)};
  return std::make_unique<TextData>(std::move(spool), std::move(sampling), outputsFor(loss));
}

TrainBatch kernelFor(const InstructionSet& set, Model model, Loss loss) {
  const Kernels& kernels = *set.kernels;
  if (loss == Loss::kSoftmax) return model == Model::kCbow ? kernels.cbowSoftmax : kernels.skipGramSoftmax;
  return model == Model::kCbow ? kernels.cbow : kernels.skipGram;
}

/** What the rows of words' vectors are, beside a row each: frozen, or composed of others. */
enum class Rows { kPlain, kFrozen, kSubwords };

/** Each word has its own row, and up to five of those that follow, some of them twice. */
SubwordTable madeSubwords() {
  SubwordTable table;
  Random random = Random().fork(6);
  for (uint32_t word = 0; word < kWords; word++) {
    table.starts.push_back(static_cast<uint32_t>(table.rows.size()));
    table.rows.push_back(word);
    for (uint32_t grams = random.below(6); grams > 0; grams--) table.rows.push_back(kWords + random.below(kNGrams));
  }
  table.starts.push_back(static_cast<uint32_t>(table.rows.size()));
  return table;
}

using MakeData = std::function<std::unique_ptr<TrainingData>()>;

/** Trains to the end, with as many pauses as can be up to a number; each goes on from where the one before was. */
void trainWithPauses(TrainingSettings settings, const MakeData& data, uint64_t words) {
  for (int pauses = 0;; pauses++) {
    settings.threads = 1 + pauses % 3;
    Trainer trainer(settings, data());
    if (pauses < kMostPauses) trainer.pause();
    trainer.run();
    if (!trainer.isPaused()) {
      REQUIRE(trainer.progress().words == words);
      return;
    }
    settings.from = std::make_shared<const TrainingPosition>(trainer.position());
  }
}

void train(const MakeData& data, const InstructionSet& set, Model model, Loss loss, size_t dimensions,
           Rows kind, bool deterministic = false) {
  const size_t stride = (dimensions + kRowFloats - 1) / kRowFloats * kRowFloats;
  const size_t outputRows = loss == Loss::kHierarchical ? kWords - 1 : kWords;
  const size_t inputRows = kWords + (kind == Rows::kSubwords ? kNGrams : 0);
  const AlignedMemory input(inputRows * stride * sizeof(float)), output(outputRows * stride * sizeof(float));
  auto* const rows = static_cast<float*>(input.data());
  Random random = Random().fork(4);
  for (size_t row = 0; row < inputRows; row++) {
    for (size_t j = 0; j < dimensions; j++) rows[row * stride + j] = static_cast<float>(random.below(100)) / 100 - 0.5f;
  }
  TrainingSettings settings;
  settings.rows = {rows, static_cast<float*>(output.data()), outputRows, stride, dimensions, nullptr};
  if (kind == Rows::kFrozen) {
    settings.frozen = std::make_shared<const std::vector<uint8_t>>(kWords, uint8_t{1});
    settings.rows.frozen = settings.frozen->data();
  }
  if (kind == Rows::kSubwords) settings.subwords = std::make_shared<const SubwordTable>(madeSubwords());
  settings.kernels = set.kernels;
  settings.train = kernelFor(set, model, loss);
  settings.model = model;
  settings.loss = loss;
  settings.inputRows = kWords;
  settings.deterministic = deterministic;
  settings.firstEpoch = 0;
  settings.epochs = settings.totalEpochs = 2;
  settings.threads = 2;
  settings.learningRate = 0.05;
  settings.wordsPerEpoch = 0;
  Trainer trainer(settings, data());
  trainer.run();
  REQUIRE(std::isfinite(trainer.progress().loss));
  trainWithPauses(settings, data, trainer.progress().words);
}

void trainEverything(const Files& files, const MadeSpool& spool) {
  for (const InstructionSet& set : instructionSets()) {
    for (const Loss loss : {Loss::kNegative, Loss::kHierarchical, Loss::kSoftmax}) {
      for (const size_t dimensions : {size_t{1}, size_t{17}, size_t{100}}) {
        for (const Rows kind : {Rows::kPlain, Rows::kFrozen, Rows::kSubwords}) {
          for (const bool deterministic : {false, true}) {
            if (deterministic && (kind == Rows::kSubwords || loss == Loss::kSoftmax)) continue;
            for (const uint32_t targets : {0u, 2u}) {
              train([&] { return textData(files, spool.chunks, loss, targets); }, set, Model::kSkipGram, loss, dimensions,
                    kind, deterministic);
            }
            train([&] { return textData(files, spool.chunks, loss, 0); }, set, Model::kCbow, loss, dimensions, kind,
                  deterministic);
          }
        }
      }
    }
    for (const bool deterministic : {false, true}) {
      const auto pairs = [&] {
        return std::make_unique<PairData>(files.pairs, 5000, kWords, kSeed, Part(), outputsFor(Loss::kNegative));
      };
      train(pairs, set, Model::kSkipGram, Loss::kNegative, 33, Rows::kPlain, deterministic);
    }
  }
}

/** Bytes changed and cut off anywhere: training either works or says that the data is damaged. */
void trainOnDamage(const Files& files, const MadeSpool& spool) {
  Random random = Random().fork(5);
  uint32_t refused = 0;
  for (int round = 0; round < 300; round++) {
    std::vector<uint8_t> tokens = spool.tokens, map = spool.map;
    std::vector<SpoolChunk> chunks = spool.chunks;
    auto& bytes = random.below(3) == 0 ? map : tokens;
    for (uint32_t damage = random.below(4); damage > 0; damage--) {
      bytes[random.below(static_cast<uint32_t>(bytes.size()))] = static_cast<uint8_t>(random.next());
    }
    if (random.below(4) == 0) bytes.resize(random.below(static_cast<uint32_t>(bytes.size()) + 1));
    if (random.below(4) == 0) {
      SpoolChunk& chunk = chunks[random.below(static_cast<uint32_t>(chunks.size()))];
      uint32_t* const fields[] = {&chunk.byteLength, &chunk.sentenceCount, &chunk.tokenCount, &chunk.generation};
      *fields[random.below(4)] = random.below(2) == 0 ? random.next() : random.below(100);
    }
    if (random.below(8) == 0) chunks[0].byteStart = (uint64_t{1} << random.below(54)) - 1;
    writeFile(files.tokens, tokens);
    writeFile(files.map, map);
    try {
      train([&] { return textData(files, chunks, Loss::kNegative, 0); }, instructionSets().front(), Model::kSkipGram,
            Loss::kNegative, 8, Rows::kPlain, round % 2 == 1);
    } catch (const Failure& failure) {
      REQUIRE(failure.kind() == "data");
      refused++;
    }
  }
  REQUIRE(refused > 100);
}

/** Places to go on from that nobody ever left: training either goes on from one or says that it is damaged. */
void trainFromAnywhere(const Files& files, const MadeSpool& spool) {
  Random random = Random().fork(7);
  const size_t stride = kRowFloats;
  const AlignedMemory input(kWords * stride * sizeof(float)), output(kWords * stride * sizeof(float));
  uint32_t refused = 0;
  for (int round = 0; round < 200; round++) {
    auto from = std::make_shared<TrainingPosition>();
    from->nextChunk = random.below(14);
    from->words = random.below(10'000);
    from->losses.resize(random.below(20) == 0 ? 1 : 2);
    for (uint32_t open = random.below(4); open > 0; open--) {
      from->open.push_back({random.below(18), random.below(14), random.below(1'500), 0.01f});
    }
    TrainingSettings settings;
    settings.rows = {static_cast<float*>(input.data()), static_cast<float*>(output.data()), kWords, stride, 8, nullptr};
    settings.kernels = instructionSets().front().kernels;
    settings.train = settings.kernels->skipGram;
    settings.model = Model::kSkipGram;
    settings.loss = Loss::kNegative;
    settings.inputRows = kWords;
    settings.deterministic = round % 2 == 1;
    settings.firstEpoch = 0;
    settings.epochs = settings.totalEpochs = settings.threads = 2;
    settings.learningRate = 0.05;
    settings.wordsPerEpoch = 0;
    settings.from = from;
    try {
      Trainer(settings, textData(files, spool.chunks, Loss::kNegative, 0)).run();
    } catch (const Failure& failure) {
      REQUIRE(failure.kind() == "data");
      refused++;
    }
  }
  REQUIRE(refused > 50);
  REQUIRE(refused < 190);
}

}  // namespace

void checkTraining(const std::string& folder) {
  const Files files = {{folder + "/tokens", folder + "/map"}, folder + "/pairs"};
  const MadeSpool spool;
  writeFile(files.tokens, spool.tokens);
  writeFile(files.map, spool.map);
  Random random = Random().fork(6);
  std::vector<uint8_t> pairs;
  for (int pair = 0; pair < 5000; pair++) {
    const uint32_t one = 0x3f800000;  // 1 as float32
    for (const uint32_t field : {random.below(kWords), random.below(kWords), one}) {
      for (int byte = 0; byte < 4; byte++) pairs.push_back(static_cast<uint8_t>(field >> (8 * byte)));
    }
  }
  writeFile(files.pairs, pairs);
  trainEverything(files, spool);
  trainFromAnywhere(files, spool);
  trainOnDamage(files, spool);
}

}  // namespace wordmill
