#include "projection_jobs.h"

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "arguments.h"
#include "copies.h"
#include "errors.h"
#include "long_work.h"
#include "map_descent.h"
#include "neighbours.h"

namespace wordmill {

namespace {

constexpr uint64_t kMostPoints = 1 << 28;
constexpr uint64_t kMostDimensions = 1 << 20;
/** Of all rows together: as many float64 as an array of Node 20 holds. */
constexpr uint64_t kMostNeighbours = uint64_t{1} << 29;

template <class Array>
auto copied(const Array& array) {
  return std::vector(array.Data(), array.Data() + array.ElementLength());
}

/** A Float64Array of finite numbers. */
std::vector<double> finites(const Arguments& job, const char* key, uint64_t length) {
  std::vector<double> numbers = copied(job.float64s(key, static_cast<int64_t>(length)));
  for (const double number : numbers) {
    if (!std::isfinite(number)) job.outOfRange(key, "finite numbers");
  }
  return numbers;
}

/** A symmetric matrix by rows; that it is symmetric is left to the caller, that it stays inside its arrays is not. */
Affinities readAffinities(const Arguments& job) {
  const auto points = job.whole32("points", 2, kMostPoints);
  Affinities affinities;
  affinities.starts = copied(job.uint32s("starts", int64_t{points} + 1));
  affinities.columns = copied(job.uint32s("columns"));
  affinities.values = finites(job, "values", affinities.columns.size());
  const std::vector<uint32_t>& starts = affinities.starts;
  for (uint32_t i = 0; i < points; i++) {
    if (starts[i] > starts[i + 1]) job.outOfRange("starts", "sorted");
  }
  if (starts[0] != 0 || starts[points] != affinities.columns.size()) job.outOfRange("starts", "from 0 to all columns");
  for (const uint32_t column : affinities.columns) {
    if (column >= points) job.outOfRange("columns", "numbers of points");
  }
  return affinities;
}

DescentSettings readSettings(const Arguments& job) {
  const double theta = job.nonNegative("theta");
  if (theta > 1) job.outOfRange("theta", "from 0 to 1");
  return {job.whole32("iterations", 0),
          job.whole32("exaggerated", 0),
          job.nonNegative("exaggeration"),
          job.nonNegative("earlyMomentum"),
          job.nonNegative("momentum"),
          job.nonNegative("learningRate"),
          theta,
          job.threads()};
}

}  // namespace

Napi::Value startNeighbours(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments job(info[0]);
    const uint32_t rows = job.whole32("rows", 2, kMostPoints);
    const uint64_t dimensions = job.whole("dimensions", 1, kMostDimensions);
    if (dimensions % Neighbours::kLanes != 0) job.outOfRange("dimensions", "a multiple of 4");
    const uint32_t count = job.whole32("count", 1, rows - 1);
    if (uint64_t{rows} * count > kMostNeighbours) job.outOfRange("count", "smaller, or rows fewer");
    const auto work = std::make_shared<Neighbours>(finites(job, "values", rows * dimensions), dimensions, count,
                                                   job.threads());
    return startLongWork(env, {[work] { work->run(); },
                               [work](Napi::Env inside) -> Napi::Value {
                                 const auto object = Napi::Object::New(inside);
                                 object.Set("rows", copyOf<Napi::Uint32Array>(inside, work->rows().data(), work->rows().size()));
                                 object.Set("squares",
                                            copyOf<Napi::Float64Array>(inside, work->squares().data(), work->squares().size()));
                                 object.Set("stopped", work->stopped());
                                 return object;
                               },
                               [work](Napi::Env inside) { return Napi::Number::New(inside, static_cast<double>(work->rowsDone())); },
                               [work] { work->abort(); }});
  });
}

Napi::Value startDescent(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments job(info[0]);
    Affinities affinities = readAffinities(job);
    std::vector<double> start = finites(job, "start", 2 * affinities.points());
    const auto work = std::make_shared<MapDescent>(std::move(affinities), std::move(start), readSettings(job));
    return startLongWork(
        env, {[work] { work->run(); },
              [work](Napi::Env inside) -> Napi::Value {
                const auto object = Napi::Object::New(inside);
                object.Set("positions",
                           copyOf<Napi::Float64Array>(inside, work->positions().data(), work->positions().size()));
                object.Set("normaliser", work->normaliser());
                object.Set("diverged", work->diverged());
                object.Set("stopped", work->stopped());
                return object;
              },
              [work](Napi::Env inside) { return Napi::Number::New(inside, work->iterationsDone()); },
              [work] { work->abort(); }});
  });
}

}  // namespace wordmill
