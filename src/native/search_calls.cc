#include "search_calls.h"

#include <algorithm>
#include <string>
#include <vector>

#include "arguments.h"
#include "copies.h"
#include "errors.h"
#include "instruction_sets.h"
#include "row_arguments.h"
#include "search.h"

namespace wordmill {

namespace {

/** Of the dot products and the results that a call has memory for. */
constexpr uint64_t kMostQueries = 1 << 16;
constexpr uint64_t kMostResults = uint64_t{1} << 28;

RowMatrix readMatrix(const Arguments& call) {
  const RowShape shape = readRowShape(call, 1);
  const Napi::Float32Array data = call.float32s("data");
  const uint32_t rows = call.whole32("rows", 0);
  checkHoldsRows(call, "data", data, rows, shape);
  return {data.Data(), rows, shape.dimensions, shape.stride};
}

Similarity readSimilarity(const Arguments& job) {
  const std::string name = job.string("similarity");
  if (name == "cosine") return Similarity::kCosine;
  if (name == "euclidean") return Similarity::kEuclidean;
  if (name == "dot") return Similarity::kDot;
  job.outOfRange("similarity", "cosine, euclidean or dot");
}

std::vector<std::vector<uint32_t>> readLeftOut(const Arguments& job, size_t queries) {
  const Napi::Uint32Array rows = job.uint32s("leftOut");
  const Napi::Uint32Array ends = job.uint32s("leftOutEnds", static_cast<int64_t>(queries));
  std::vector<std::vector<uint32_t>> leftOut;
  size_t previous = 0;
  for (size_t q = 0; q < queries; q++) {
    const size_t end = ends[q];
    if (end < previous || end > rows.ElementLength()) job.outOfRange("leftOutEnds", "positions in leftOut, ascending");
    leftOut.emplace_back(rows.Data() + previous, rows.Data() + end);
    std::sort(leftOut.back().begin(), leftOut.back().end());
    previous = end;
  }
  return leftOut;
}

RowMatrix readQueries(const Arguments& job, size_t dimensions) {
  const size_t queries = job.whole("queryCount", 0, kMostQueries);
  const Napi::Float32Array data = job.float32s("queries");
  checkHoldsRows(job, "queries", data, queries, {dimensions, dimensions});
  return {data.Data(), queries, dimensions, dimensions};
}

SearchJob readJob(const Arguments& job) {
  const RowMatrix matrix = readMatrix(job);
  const RowMatrix queries = readQueries(job, matrix.dimensions);
  const size_t count = std::min<size_t>(job.whole32("count", 0), matrix.rows);
  if (count * queries.rows > kMostResults) job.outOfRange("count", "smaller, or queries fewer");
  return {matrix,
          job.float64s("lengths", static_cast<int64_t>(matrix.rows)).Data(),
          queries,
          count,
          readSimilarity(job),
          readLeftOut(job, queries.rows)};
}

}  // namespace

Napi::Value searchRowsCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments call(info[0]);
    const SearchJob job = readJob(call);
    const SearchKernel& kernel = *instructionSet(call.string("instructionSet")).search;
    const auto found = searchRows(job, kernel, call.threads());
    size_t total = 0;
    for (const auto& rows : found) total += rows.size();
    auto rows = newArray<Napi::Uint32Array>(env, total);
    auto scores = newArray<Napi::Float64Array>(env, total);
    auto ends = newArray<Napi::Uint32Array>(env, found.size());
    size_t at = 0;
    for (size_t q = 0; q < found.size(); q++) {
      for (const ScoredRow& each : found[q]) {
        rows.Data()[at] = each.row;
        scores.Data()[at++] = each.score;
      }
      ends.Data()[q] = static_cast<uint32_t>(at);
    }
    const auto object = Napi::Object::New(env);
    object.Set("rows", rows);
    object.Set("scores", scores);
    object.Set("ends", ends);
    return object;
  });
}

Napi::Value rowLengthsCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments call(info[0]);
    const RowMatrix matrix = readMatrix(call);
    const uint32_t threads = call.threads();
    auto lengths = newArray<Napi::Float64Array>(env, matrix.rows);
    rowLengths(matrix, lengths.Data(), threads);
    return lengths;
  });
}

Napi::Value dotProductsCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments call(info[0]);
    const RowMatrix matrix = readMatrix(call);
    const RowMatrix queries = readQueries(call, matrix.dimensions);
    Napi::Float32Array products = call.float32s("products");
    checkHoldsRows(call, "products", products, queries.rows, {matrix.rows, matrix.rows});
    const SearchKernel& kernel = *instructionSet(call.string("instructionSet")).search;
    dotProducts(matrix, queries, kernel, products.Data());
    return env.Undefined();
  });
}

Napi::Value sumFloatsCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments call(info[0]);
    const Napi::Float32Array data = call.float32s("data");
    const SearchKernel& kernel = *instructionSet(call.string("instructionSet")).search;
    return Napi::Number::New(env, sumFloats(data.Data(), data.ElementLength(), kernel, call.threads()));
  });
}

}  // namespace wordmill
