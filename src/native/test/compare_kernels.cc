// Runs every kernel of this machine on fixed inputs and compares the matrices that come out with those of a file:
//
//     compare_kernels write FILE      writes what the portable kernel makes
//     compare_kernels compare FILE    compares all kernels, portable included, with the file
//
// So one file, written on x86, holds the kernels of another architecture to it (scripts/test-neon.mjs).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "../aligned_memory.h"
#include "../instruction_sets.h"
#include "../random.h"
#include "../scratch.h"
#include "../subwords.h"

using namespace wordmill;

namespace {

constexpr uint32_t kWords = 50;
constexpr uint32_t kGroups = 2000;
constexpr uint32_t kComposedWords = 20;
constexpr uint32_t kNGrams = kWords - kComposedWords;

/** Relative to a matrix's largest value: sums are in float32 and in another order. */
constexpr double kTolerance = 1e-4;

struct Case {
  const char* name;
  TrainBatch Kernels::*kernel;
  size_t dimensions;
  uint32_t mostContexts;
  uint32_t mostOutputs;
  bool path;      // outputs that are all different, with labels of any kind
  bool subwords;  // words whose vectors are composed of several rows
};

const Case kCases[] = {
    {"skip-gram", &Kernels::skipGram, 1, 1, 6, false, false},
    {"skip-gram", &Kernels::skipGram, 7, 4, 6, false, false},
    {"skip-gram", &Kernels::skipGram, 16, 10, 2, false, false},
    {"skip-gram", &Kernels::skipGram, 17, 16, 7, false, false},
    {"skip-gram", &Kernels::skipGram, 100, 10, 6, false, false},
    {"skip-gram", &Kernels::skipGram, 100, 40, 13, false, false},
    {"skip-gram", &Kernels::skipGram, 100, 5, 21, false, false},
    {"skip-gram", &Kernels::skipGram, 300, 10, 6, false, false},
    {"skip-gram, path", &Kernels::skipGram, 17, 40, 20, true, false},
    {"skip-gram, path", &Kernels::skipGram, 100, 10, 30, true, false},
    {"CBOW", &Kernels::cbow, 17, 40, 6, false, false},
    {"CBOW", &Kernels::cbow, 100, 10, 40, false, false},
    {"CBOW, path", &Kernels::cbow, 100, 10, 30, true, false},
    {"skip-gram, softmax", &Kernels::skipGramSoftmax, 17, 20, 0, false, false},
    {"CBOW, softmax", &Kernels::cbowSoftmax, 100, 10, 0, false, false},
    {"n-grams", &Kernels::skipGram, 1, 5, 6, false, true},
    {"n-grams", &Kernels::skipGram, 100, 10, 6, false, true},
    {"n-grams", &Kernels::skipGram, 300, 10, 6, false, true},
    {"CBOW, n-grams", &Kernels::cbow, 17, 10, 6, false, true},
};

/** Fills the group's outputs and labels; a path is a row of neighbours somewhere in W. */
void drawOutputs(const Case& test, Random& random, Group& group, uint32_t* outputs, float* signs) {
  group.target = random.below(kWords);
  group.outputCount = test.mostOutputs == 0 ? 0 : 1 + random.below(test.mostOutputs);
  const uint32_t first = random.below(kWords - group.outputCount + 1);
  for (uint32_t o = 0; o < group.outputCount; o++) {
    outputs[o] = test.path ? first + o : random.below(kWords);
    signs[o] = random.below(2) == 0 ? 1.0f : -1.0f;
  }
  group.outputs = outputs;
  group.signs = test.path ? signs : nullptr;
}

/** Words that are made of a row of their own, and of some after these, one of them twice. */
SubwordTable madeSubwords() {
  SubwordTable table;
  for (uint32_t word = 0; word < kComposedWords; word++) {
    table.starts.push_back(static_cast<uint32_t>(table.rows.size()));
    table.rows.push_back(word);
    for (uint32_t i = 0; i < word % 5; i++) table.rows.push_back(kComposedWords + (7 * word + 3 * (i / 2)) % kNGrams);
  }
  table.starts.push_back(static_cast<uint32_t>(table.rows.size()));
  return table;
}

/** E, W and the loss, after some groups. */
std::vector<float> run(const InstructionSet& set, const Case& test) {
  const size_t stride = (test.dimensions + kRowFloats - 1) / kRowFloats * kRowFloats;
  const AlignedMemory input(kWords * stride * sizeof(float)), output(kWords * stride * sizeof(float));
  const TrainingRows rows = {static_cast<float*>(input.data()), static_cast<float*>(output.data()), kWords, stride,
                             test.dimensions, nullptr};
  Random random = Random().fork(static_cast<uint32_t>(test.dimensions)).fork(test.mostOutputs);
  for (size_t row = 0; row < kWords; row++) {
    for (size_t j = 0; j < test.dimensions; j++) {
      rows.input[row * stride + j] = (static_cast<float>(random.below(2001)) - 1000) / 2000;
    }
  }
  Scratch scratch(test.mostContexts, std::max(test.mostOutputs, kWords), stride, false);
  std::vector<uint32_t> contexts(test.mostContexts), outputs(test.mostOutputs);
  std::vector<float> signs(test.mostOutputs);
  const SubwordTable table = madeSubwords();
  SubwordSpan span(table, rows, *set.kernels, set.kernels->*test.kernel);
  for (uint32_t i = 0; i < kGroups; i++) {
    Group group = {};
    group.contextCount = 1 + random.below(test.mostContexts);
    for (uint32_t c = 0; c < group.contextCount; c++) contexts[c] = random.below(test.subwords ? kComposedWords : kWords);
    group.contexts = contexts.data();
    drawOutputs(test, random, group, outputs.data(), signs.data());
    group.lossWeight = i % 3 == 0 ? 0.5f : 1.0f;
    group.rate = 0.01f * group.lossWeight;
    group.startsSentence = i % 100 == 0;
    if (test.subwords) span.train({&group, 1}, scratch.view());
    else (set.kernels->*test.kernel)(rows, {&group, 1}, scratch.view());
  }
  span.finish();
  std::vector<float> result(rows.input, rows.input + kWords * stride);
  result.insert(result.end(), rows.output, rows.output + kWords * stride);
  result.push_back(static_cast<float>(scratch.takeLoss() / kGroups));
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
      std::printf("%-8s %-18s %3zu dimensions, %2u contexts, %2u outputs: %.1e apart%s\n", set.name, test.name,
                  test.dimensions, test.mostContexts, test.mostOutputs, apart, close ? "" : "  TOO MUCH");
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
