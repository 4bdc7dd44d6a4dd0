#include "jobs.h"

#include <cstdint>

#include "failure.h"
#include "pair_data.h"

namespace wordmill {

namespace {

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

std::unique_ptr<Spool> readSpool(const Arguments& spool, uint32_t vocabularySize) {
  return std::make_unique<Spool>(spool.string("tokensPath"), spool.string("mapPath"), readChunks(spool),
                                 spool.wholes("generationStarts"), vocabularySize);
}

SamplingSettings readSampling(const Arguments& sampling, uint32_t vocabularySize) {
  const Napi::Uint32Array thresholds = sampling.uint32s("keepThresholds", vocabularySize);
  return {std::vector<uint32_t>(thresholds.Data(), thresholds.Data() + thresholds.ElementLength()),
          sampling.whole32("window", 1, 100'000), sampling.boolean("dynamic"), sampling.whole32("targets", 0)};
}

NegativeSettings readNegatives(const Arguments& job, uint32_t vocabularySize) {
  const Arguments noise = job.object("noise");
  const Napi::Uint32Array thresholds = noise.uint32s("thresholds", vocabularySize);
  const Napi::Uint32Array aliases = noise.uint32s("aliases", vocabularySize);
  for (uint32_t i = 0; i < vocabularySize; i++) {
    if (aliases[i] >= vocabularySize) noise.outOfRange("aliases", "words of the vocabulary");
  }
  return {NoiseTable(thresholds.Data(), aliases.Data(), vocabularySize), job.whole32("negative", 1, 100'000),
          job.whole32("seed", 0)};
}

/** Checks a matrix's shape and alignment; gives its rows. */
float* readMatrix(const Arguments& matrix, uint32_t vocabularySize, size_t dimensions, size_t stride) {
  Napi::Float32Array data = matrix.float32s("data");
  if (matrix.whole("dimensions", 1, UINT32_MAX) != dimensions) matrix.outOfRange("dimensions", "those of the other");
  if (matrix.whole("stride", 1, UINT32_MAX) != stride) matrix.outOfRange("stride", "that of the other");
  if (matrix.whole("rows", 0, UINT32_MAX) < vocabularySize) matrix.outOfRange("rows", "one for each word at least");
  if (data.ElementLength() / stride < vocabularySize) matrix.outOfRange("data", "as long as rows x stride");
  if (reinterpret_cast<uintptr_t>(data.Data()) % kRowAlignment != 0) matrix.outOfRange("data", "what allocateMatrix gave");
  return data.Data();
}

TrainingRows readRows(const Arguments& job, uint32_t vocabularySize) {
  const Arguments input = job.object("input");
  const uint64_t dimensions = input.whole("dimensions", 1, UINT32_MAX);
  const uint64_t stride = input.whole("stride", dimensions, UINT32_MAX);
  if (stride % kRowFloats != 0) input.outOfRange("stride", "a multiple of " + std::to_string(kRowFloats));
  float* const inputRows = readMatrix(input, vocabularySize, dimensions, stride);
  float* const outputRows = readMatrix(job.object("output"), vocabularySize, dimensions, stride);
  return {inputRows, outputRows, stride, dimensions};
}

uint32_t readVocabularySize(const Arguments& job) { return job.whole32("vocabularySize", 1, kMostWords); }

}  // namespace

std::unique_ptr<TrainingData> readTrainingData(const Arguments& job) {
  const uint32_t vocabularySize = readVocabularySize(job);
  NegativeSettings negatives = readNegatives(job, vocabularySize);
  if (job.has("spool")) {
    SamplingSettings sampling = readSampling(job.object("sampling"), vocabularySize);
    return std::make_unique<TextData>(readSpool(job.object("spool"), vocabularySize), std::move(sampling),
                                      std::move(negatives));
  }
  const Arguments pairs = job.object("pairs");
  return std::make_unique<PairData>(pairs.string("path"), pairs.whole("pairs", 0, UINT64_MAX >> 11), vocabularySize,
                                    std::move(negatives));
}

TrainingSettings readTrainingSettings(const Arguments& job) {
  TrainingSettings settings;
  settings.rows = readRows(job, readVocabularySize(job));
  settings.train = instructionSet(job.string("instructionSet")).train;
  settings.epochs = job.whole32("epochs", 1, 1'000'000);
  settings.threads = job.whole32("threads", 1, 1'024);
  settings.learningRate = job.nonNegative("learningRate");
  settings.wordsPerEpoch = job.has("wordsPerEpoch") ? job.whole("wordsPerEpoch", 0, UINT64_MAX >> 11) : 0;
  return settings;
}

}  // namespace wordmill
