#include "jobs.h"

#include <cmath>
#include <cstdint>

#include "failure.h"
#include "pair_data.h"

namespace wordmill {

namespace {

constexpr uint32_t kMostEpochs = 1'000'000;
constexpr uint32_t kLongestPath = 64;  // as LONGEST_CODE in src/sampling/huffman.ts
constexpr uint32_t kMostWords = 0xfffffffe;  // one less than the mark of a dropped word

std::vector<SpoolChunk> readChunks(const Arguments& spool) {
  const Arguments table = spool.object("chunks");
  const std::vector<uint64_t> byteStarts = table.wholes("byteStarts");
  const int64_t length = static_cast<int64_t>(byteStarts.size());
  const std::vector<uint64_t> firstSentences = table.wholes("firstSentences", length);
  const Napi::Uint32Array byteLengths = table.uint32s("byteLengths", length);
  const Napi::Uint32Array sentenceCounts = table.uint32s("sentenceCounts", length);
  const Napi::Uint32Array tokenCounts = table.uint32s("tokenCounts", length);
  const Napi::Uint32Array generations = table.uint32s("generations", length);
  std::vector<SpoolChunk> chunks(byteStarts.size());
  for (size_t i = 0; i < chunks.size(); i++) {
    chunks[i] = {byteStarts[i], byteLengths[i], firstSentences[i], sentenceCounts[i], tokenCounts[i], generations[i]};
  }
  return chunks;
}

Part readPart(const Arguments& job, uint32_t seed) {
  if (!job.has("validation")) return Part();
  const double share = job.nonNegative("validation");
  if (share > 1) job.outOfRange("validation", "at most 1");
  return Part(share, job.has("heldOut") && job.boolean("heldOut"), seed);
}

SamplingSettings readSampling(const Arguments& sampling, uint32_t vocabularySize, uint32_t seed, Part part) {
  const Napi::Uint32Array thresholds = sampling.uint32s("keepThresholds", vocabularySize);
  return {std::vector<uint32_t>(thresholds.Data(), thresholds.Data() + thresholds.ElementLength()),
          sampling.whole32("window", 1, 100'000), sampling.boolean("dynamic"), sampling.whole32("targets", 0), seed,
          part};
}

NoiseTable readNoise(const Arguments& noise, uint32_t vocabularySize) {
  const Napi::Uint32Array thresholds = noise.uint32s("thresholds", vocabularySize);
  const Napi::Uint32Array aliases = noise.uint32s("aliases", vocabularySize);
  for (uint32_t i = 0; i < vocabularySize; i++) {
    if (aliases[i] >= vocabularySize) noise.outOfRange("aliases", "words of the vocabulary");
  }
  return NoiseTable(thresholds.Data(), aliases.Data(), vocabularySize);
}

HuffmanPaths readPaths(const Arguments& tree, uint32_t vocabularySize) {
  const Napi::Uint32Array ends = tree.uint32s("ends", vocabularySize);
  const Napi::Uint32Array points = tree.uint32s("points", ends[vocabularySize - 1]);
  const Napi::Uint8Array codes = tree.uint8s("codes", ends[vocabularySize - 1]);
  HuffmanPaths paths;
  paths.starts.push_back(0);
  for (uint32_t word = 0; word < vocabularySize; word++) {
    if (ends[word] < paths.starts.back()) tree.outOfRange("ends", "in order");
    if (ends[word] - paths.starts.back() > kLongestPath) {
      tree.outOfRange("ends", "of paths of at most " + std::to_string(kLongestPath) + " nodes");
    }
    paths.starts.push_back(ends[word]);
  }
  for (size_t step = 0; step < points.ElementLength(); step++) {
    if (points[step] >= vocabularySize - 1) tree.outOfRange("points", "inner nodes of the tree");
    if (codes[step] > 1) tree.outOfRange("codes", "0 or 1");
    paths.nodes.push_back(points[step]);
    paths.signs.push_back(codes[step] == 0 ? 1.0f : -1.0f);
  }
  return paths;
}

Model readModel(const Arguments& job) {
  const std::string name = job.string("model");
  if (name != "skipgram" && name != "cbow") job.outOfRange("model", "skipgram or cbow");
  return name == "cbow" ? Model::kCbow : Model::kSkipGram;
}

Loss readLoss(const Arguments& job) {
  const std::string name = job.string("loss");
  if (name == "negative") return Loss::kNegative;
  if (name == "hierarchical") return Loss::kHierarchical;
  if (name != "softmax") job.outOfRange("loss", "negative, hierarchical or softmax");
  return Loss::kSoftmax;
}

OutputSettings readOutputs(const Arguments& job, uint32_t vocabularySize) {
  OutputSettings outputs;
  outputs.loss = readLoss(job);
  outputs.words = vocabularySize;
  if (outputs.loss == Loss::kNegative) {
    outputs.noise = readNoise(job.object("noise"), vocabularySize);
    outputs.negative = job.whole32("negative", 1, 100'000);
  }
  if (outputs.loss == Loss::kHierarchical) outputs.paths = readPaths(job.object("paths"), vocabularySize);
  return outputs;
}

TrainBatch kernelFor(const Kernels& kernels, Model model, Loss loss) {
  if (loss == Loss::kSoftmax) return model == Model::kCbow ? kernels.cbowSoftmax : kernels.skipGramSoftmax;
  return model == Model::kCbow ? kernels.cbow : kernels.skipGram;
}

/** Checks a matrix's shape and alignment; gives its rows. */
float* readMatrix(const Arguments& matrix, uint32_t rows, size_t dimensions, size_t stride) {
  Napi::Float32Array data = matrix.float32s("data");
  if (matrix.whole("dimensions", 1, UINT32_MAX) != dimensions) matrix.outOfRange("dimensions", "those of the other");
  if (matrix.whole("stride", 1, UINT32_MAX) != stride) matrix.outOfRange("stride", "that of the other");
  if (matrix.whole("rows", 0, UINT32_MAX) < rows) matrix.outOfRange("rows", "at least " + std::to_string(rows));
  if (data.ElementLength() / stride < rows) matrix.outOfRange("data", "as long as rows x stride");
  if (reinterpret_cast<uintptr_t>(data.Data()) % kRowAlignment != 0) matrix.outOfRange("data", "what allocateMatrix gave");
  return data.Data();
}

/** @param rows of E. */
SubwordTable readSubwords(const Arguments& subwords, uint32_t vocabularySize, uint32_t rows) {
  const Napi::Uint32Array starts = subwords.uint32s("starts", int64_t{vocabularySize} + 1);
  const Napi::Uint32Array lists = subwords.uint32s("rows", starts[vocabularySize]);
  for (uint32_t word = 0; word < vocabularySize; word++) {
    if (starts[word] >= starts[word + 1]) subwords.outOfRange("starts", "in order, with a row for each word");
  }
  if (starts[0u] != 0) subwords.outOfRange("starts", "from 0 on");
  for (size_t i = 0; i < lists.ElementLength(); i++) {
    if (lists[i] >= rows) subwords.outOfRange("rows", "rows of input");
  }
  return {std::vector<uint32_t>(starts.Data(), starts.Data() + starts.ElementLength()),
          std::vector<uint32_t>(lists.Data(), lists.Data() + lists.ElementLength())};
}

TrainingRows readRows(const Arguments& job, uint32_t vocabularySize, uint32_t outputRows) {
  const Arguments input = job.object("input");
  const uint64_t dimensions = input.whole("dimensions", 1, UINT32_MAX);
  const uint64_t stride = input.whole("stride", dimensions, UINT32_MAX);
  if (stride % kRowFloats != 0) input.outOfRange("stride", "a multiple of " + std::to_string(kRowFloats));
  float* const E = readMatrix(input, vocabularySize, dimensions, stride);
  float* const W = readMatrix(job.object("output"), outputRows, dimensions, stride);
  return {E, W, outputRows, stride, dimensions, nullptr};
}

/** Where to go on: `TrainingPosition` in addon.ts. That it lies inside the data is the trainer's to see. */
std::shared_ptr<const TrainingPosition> readPosition(const Arguments& from, uint32_t epochs) {
  constexpr uint64_t kMost = uint64_t{1} << 53;
  const auto position = std::make_shared<TrainingPosition>();
  position->nextChunk = from.whole("nextChunk", 0, kMost);
  position->words = from.whole("words", 0, kMost);
  const Napi::Float64Array open = from.float64s("open");
  if (open.ElementLength() % kOpenChunkNumbers != 0) from.outOfRange("open", "four numbers for each chunk");
  for (size_t at = 0; at < open.ElementLength(); at += kOpenChunkNumbers) {
    for (size_t part = 0; part + 1 < kOpenChunkNumbers; part++) {
      const double number = open[at + part];
      if (!(number >= 0 && number <= kMost && number == std::floor(number))) from.outOfRange("open", "whole numbers");
    }
    const double rate = open[at + 3];
    if (!std::isfinite(rate) || open[at] > UINT32_MAX) from.outOfRange("open", "shards and learning rates");
    position->open.push_back({static_cast<uint32_t>(open[at]), static_cast<uint64_t>(open[at + 1]),
                              static_cast<uint64_t>(open[at + 2]), static_cast<float>(rate)});
  }
  const Napi::Float64Array losses = from.float64s("lossByEpoch", epochs);
  const std::vector<uint64_t> predictions = from.wholes("predictionsByEpoch", epochs);
  for (uint32_t epoch = 0; epoch < epochs; epoch++) position->losses.push_back({losses[epoch], predictions[epoch]});
  return position;
}

uint32_t readVocabularySize(const Arguments& job) { return job.whole32("vocabularySize", 1, kMostWords); }

}  // namespace

std::unique_ptr<Spool> readSpool(const Arguments& spool, uint32_t vocabularySize) {
  return std::make_unique<Spool>(spool.string("tokensPath"), spool.string("mapPath"), readChunks(spool),
                                 spool.wholes("generationStarts"), vocabularySize);
}

std::unique_ptr<TrainingData> readTrainingData(const Arguments& job) {
  const uint32_t vocabularySize = readVocabularySize(job);
  const uint32_t seed = job.whole32("seed", 0);
  const Part part = readPart(job, seed);
  OutputSettings outputs = readOutputs(job, vocabularySize);
  if (job.has("spool")) {
    SamplingSettings sampling = readSampling(job.object("sampling"), vocabularySize, seed, part);
    return std::make_unique<TextData>(readSpool(job.object("spool"), vocabularySize), std::move(sampling),
                                      std::move(outputs));
  }
  const Arguments pairs = job.object("pairs");
  return std::make_unique<PairData>(pairs.string("path"), pairs.whole("pairs", 0, UINT64_MAX >> 11), vocabularySize,
                                    seed, part, std::move(outputs));
}

TrainingSettings readTrainingSettings(const Arguments& job) {
  const uint32_t vocabularySize = readVocabularySize(job);
  const Loss loss = readLoss(job);
  TrainingSettings settings;
  settings.model = readModel(job);
  settings.loss = loss;
  settings.kernels = instructionSet(job.string("instructionSet")).kernels;
  settings.train = kernelFor(*settings.kernels, settings.model, loss);
  settings.rows = readRows(job, vocabularySize, loss == Loss::kHierarchical ? vocabularySize - 1 : vocabularySize);
  if (job.has("frozen")) {
    const Napi::Uint8Array frozen = job.uint8s("frozen", vocabularySize);
    settings.frozen =
        std::make_shared<const std::vector<uint8_t>>(frozen.Data(), frozen.Data() + frozen.ElementLength());
    settings.rows.frozen = settings.frozen->data();
  }
  if (job.has("subwords")) {
    if (settings.frozen) job.outOfRange("frozen", "absent where there are subwords");
    const uint32_t rows = job.object("input").whole32("rows", vocabularySize);
    settings.subwords =
        std::make_shared<const SubwordTable>(readSubwords(job.object("subwords"), vocabularySize, rows));
  }
  settings.inputRows = vocabularySize;
  settings.deterministic = job.has("deterministic") && job.boolean("deterministic");
  if (settings.deterministic && (loss == Loss::kSoftmax || settings.subwords)) {
    job.outOfRange("deterministic", "absent with the full softmax and with subwords: train on one thread");
  }
  settings.epochs = job.whole32("epochs", 1, kMostEpochs);
  settings.firstEpoch = job.has("firstEpoch") ? job.whole32("firstEpoch", 0, kMostEpochs) : 0;
  const uint32_t least = settings.firstEpoch + settings.epochs;
  settings.totalEpochs = job.has("totalEpochs") ? job.whole32("totalEpochs", least, 2 * kMostEpochs) : least;
  settings.threads = job.threads();
  settings.learningRate = job.nonNegative("learningRate");
  settings.wordsPerEpoch = job.has("wordsPerEpoch") ? job.whole("wordsPerEpoch", 0, UINT64_MAX >> 11) : 0;
  if (job.has("from")) settings.from = readPosition(job.object("from"), settings.epochs);
  return settings;
}

}  // namespace wordmill
