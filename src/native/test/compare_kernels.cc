// Runs every kernel of this machine on fixed inputs and compares the matrices that come out with those of a file:
//
//     compare_kernels write FILE      writes what the portable kernel makes
//     compare_kernels compare FILE    compares all kernels, portable included, with the file
//
// So one file, written on x86, holds the kernels of another architecture to it (scripts/test-neon.mjs).
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "../aligned_memory.h"
#include "../batch.h"
#include "../instruction_sets.h"
#include "../random.h"

using namespace wordmill;

namespace {

constexpr uint32_t kWords = 50;
constexpr uint32_t kGroups = 2000;

/** Relative to a matrix's largest value: sums are in float32 and in another order. */
constexpr double kTolerance = 1e-4;

struct Case {
  size_t dimensions;
  uint32_t mostContexts;
  uint32_t negative;
};

const Case kCases[] = {{1, 1, 5}, {7, 4, 5}, {16, 10, 1}, {17, 16, 6}, {100, 10, 5}, {100, 40, 12}, {100, 5, 20}, {300, 10, 5}};

/** E, W and the loss, after some groups. */
std::vector<float> run(const InstructionSet& set, const Case& test) {
  const size_t stride = (test.dimensions + kRowFloats - 1) / kRowFloats * kRowFloats;
  const AlignedMemory input(kWords * stride * sizeof(float)), output(kWords * stride * sizeof(float));
  const TrainingRows rows = {static_cast<float*>(input.data()), static_cast<float*>(output.data()), stride, test.dimensions};
  Random random = Random().fork(static_cast<uint32_t>(test.dimensions)).fork(test.negative);
  for (size_t row = 0; row < kWords; row++) {
    for (size_t j = 0; j < test.dimensions; j++) {
      rows.input[row * stride + j] = (static_cast<float>(random.below(2001)) - 1000) / 2000;
    }
  }
  const size_t mostOutputs = test.negative + 1;
  const AlignedMemory gradients(gradientFloats(mostOutputs) * sizeof(float));
  const AlignedMemory changes(kPiece * stride * sizeof(float));
  std::vector<float*> outputRows(mostOutputs);
  alignas(128) double loss[kRowFloats] = {};
  const KernelScratch scratch = {static_cast<float*>(gradients.data()), static_cast<float*>(changes.data()),
                                 outputRows.data(), loss};
  const auto batch = std::make_unique<Batch>(test.mostContexts, mostOutputs);
  for (uint32_t group = 0; group < kGroups; group++) {
    if (!batch->hasRoom()) {
      set.train(rows, batch->view(), scratch);
      batch->clear();
    }
    const uint32_t contexts = 1 + random.below(test.mostContexts);
    for (uint32_t c = 0; c < contexts; c++) batch->contexts()[c] = random.below(kWords);
    const uint32_t outputs = 1 + random.below(test.negative + 1);
    for (uint32_t o = 0; o < outputs; o++) batch->outputs()[o] = random.below(kWords);
    batch->add(contexts, outputs, 0, 0.01f, group % 3 == 0 ? 0.5f : 1.0f);
  }
  set.train(rows, batch->view(), scratch);
  std::vector<float> result(rows.input, rows.input + kWords * stride);
  result.insert(result.end(), rows.output, rows.output + kWords * stride);
  double sum = 0;
  for (const double lane : loss) sum += lane;
  result.push_back(static_cast<float>(sum / kGroups));
  return result;
}

/** The largest difference between matrices, as a share of their largest value; or that of the losses, if larger. */
double difference(const std::vector<float>& ours, const std::vector<float>& theirs) {
  const size_t loss = ours.size() - 1;
  double largest = 0, most = 0;
  for (size_t i = 0; i < loss; i++) {
    largest = std::fmax(largest, std::fabs(theirs[i]));
    const double apart = std::fabs(static_cast<double>(ours[i]) - theirs[i]);
    most = apart <= most ? most : apart;  // NaN counts as a difference.
  }
  const double ofMatrices = most / largest;
  const double ofLoss = std::fabs(static_cast<double>(ours[loss]) / theirs[loss] - 1);
  return ofLoss <= ofMatrices ? ofMatrices : ofLoss;
}

int write(std::FILE* file) {
  for (const Case& test : kCases) {
    const std::vector<float> result = run(instructionSet("portable"), test);
    if (std::fwrite(result.data(), sizeof(float), result.size(), file) != result.size()) return 1;
  }
  return 0;
}

int compare(std::FILE* file) {
  int wrong = 0;
  for (const Case& test : kCases) {
    for (const InstructionSet& set : instructionSets()) {
      const std::vector<float> ours = run(set, test);
      std::vector<float> theirs(ours.size());
      const long position = std::ftell(file);
      if (std::fread(theirs.data(), sizeof(float), theirs.size(), file) != theirs.size()) return 1;
      if (&set != &instructionSets().back()) std::fseek(file, position, SEEK_SET);
      const double apart = difference(ours, theirs);
      const bool close = apart <= kTolerance;
      wrong += !close;
      std::printf("%-8s %3zu dimensions, %2u contexts, %2u negatives: %.1e apart%s\n", set.name, test.dimensions,
                  test.mostContexts, test.negative, apart, close ? "" : "  TOO MUCH");
    }
  }
  return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const bool writing = std::strcmp(arguments[1], "write") == 0;
  std::FILE* file = std::fopen(arguments[2], writing ? "wb" : "rb");
  if (!file) return 2;
  const int status = writing ? write(file) : compare(file);
  return std::fclose(file) == 0 ? status : 1;
}
