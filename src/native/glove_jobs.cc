#include "glove_jobs.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "cell_sinks.h"
#include "cooccurrence.h"
#include "copies.h"
#include "errors.h"
#include "failure.h"
#include "glove_trainer.h"
#include "instruction_sets.h"
#include "jobs.h"
#include "long_work.h"
#include "threads.h"

namespace wordmill {

namespace {

constexpr uint32_t kMostWords = 0x7fffffff;  // the file's numbers have 31 bits
constexpr uint64_t kMostBytes = uint64_t{1} << 50;

/** What all jobs share. */
struct Means {
  uint32_t words;
  uint64_t memoryBytes;
  std::string scratch;
  uint32_t threads;
};

Means readMeans(const Arguments& job) {
  return {job.whole32("vocabularySize", 1, kMostWords), job.whole("memoryBytes", 0, kMostBytes), job.string("scratch"),
          job.threads()};
}

Napi::Object cellsAndWhetherStopped(Napi::Env env, uint64_t cells, bool stopped) {
  const auto object = Napi::Object::New(env);
  object.Set("cells", static_cast<double>(cells));
  object.Set("stopped", stopped);
  return object;
}

/** A co-occurrence count under way. */
struct Counting {
  CooccurrenceCounter counter;
  const std::string path;
  const Means means;
  const bool shuffled;
  const uint32_t seed;
  uint64_t cells = 0;

  void run() {
    if (shuffled) {
      ShuffledCells sink(path, seed, means.memoryBytes, means.scratch, counter.stopFlag());
      counter.run(sink);
      sink.finish(means.threads);
      cells = sink.cells();
    } else {
      SortedCells sink(path, counter.stopped());
      counter.run(sink);
      cells = sink.cells();
    }
  }
};

/** A shuffling under way. */
struct Shuffling {
  static constexpr uint64_t kPiece = 1 << 18;

  const CellFile file;
  const std::string path;
  const Means means;
  const uint32_t seed;
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> done{0};

  void run() {
    ShuffledCells sink(path, seed, means.memoryBytes, means.scratch, stop);
    forEachTask((file.size() + kPiece - 1) / kPiece, means.threads, stop, [&](uint64_t piece) {
      std::vector<CellRecord> cells;
      const uint64_t end = std::min(file.size(), (piece + 1) * kPiece);
      for (uint64_t i = piece * kPiece; i < end; i++) cells.push_back(file.at(i));
      sink.take(piece, cells);
      done += cells.size();
    });
    sink.finish(means.threads);
  }
};

Napi::Value amount(Napi::Env env, uint64_t done) { return Napi::Number::New(env, static_cast<double>(done)); }

/** A model that is trained pass by pass. The two matrices stay JavaScript's, and live as long as this. */
struct Glove {
  Glove(TileSettings tileSettings, GloveSettings gloveSettings, std::string cellPath, const Arguments& job)
      : tiles(std::move(tileSettings)),
        settings(gloveSettings),
        path(std::move(cellPath)),
        input(Napi::Persistent(job.float32s("input").As<Napi::Object>())),
        output(Napi::Persistent(job.float32s("output").As<Napi::Object>())) {}

  const TileSettings tiles;
  const GloveSettings settings;
  const std::string path;
  const Napi::ObjectReference input, output;
  std::atomic<bool> stop{false};
  std::shared_ptr<const CellTiles> cells;
  std::unique_ptr<GloveTrainer> trainer;
  std::atomic<bool> busy{false};

  void open() {
    cells = std::make_shared<CellTiles>(path, tiles, stop);
    trainer = std::make_unique<GloveTrainer>(settings, cells);
  }

  /** Whether the matrices lie where they lay: JavaScript can give an array's memory away. */
  bool isIntact() const {
    return input.Value().As<Napi::Float32Array>().Data() == settings.rows.words &&
           output.Value().As<Napi::Float32Array>().Data() == settings.rows.contexts;
  }
};

/** As `readPosition` takes it. */
Napi::Value positionOf(Napi::Env env, const GlovePosition& position) {
  auto open = newArray<Napi::Float64Array>(env, 2 * position.open.size());
  size_t next = 0;
  for (const OpenTile& tile : position.open) {
    open[next++] = static_cast<double>(tile.tile);
    open[next++] = static_cast<double>(tile.runs);
  }
  auto losses = newArray<Napi::Float64Array>(env, position.losses.size());
  for (size_t tile = 0; tile < position.losses.size(); tile++) losses[tile] = position.losses[tile];
  const auto object = Napi::Object::New(env);
  object.Set("nextTile", static_cast<double>(position.nextTile));
  object.Set("open", open);
  object.Set("losses", losses);
  return object;
}

/** Where to go on in a pass: `GlovePosition` in glove.ts. That it lies inside the cells is the trainer's to see. */
GlovePosition readPosition(const Arguments& from) {
  GlovePosition position;
  position.nextTile = from.whole("nextTile", 0, uint64_t{1} << 53);
  const std::vector<uint64_t> open = from.wholes("open");
  if (open.size() % 2 != 0) from.outOfRange("open", "two numbers for each tile");
  for (size_t at = 0; at < open.size(); at += 2) position.open.push_back({open[at], open[at + 1]});
  const Napi::Float64Array losses = from.float64s("losses");
  position.losses.assign(losses.Data(), losses.Data() + losses.ElementLength());
  return position;
}

/** A pass of a model; one at a time. */
Napi::Value startPass(Napi::Env env, const std::shared_ptr<Glove>& glove, std::function<double()> pass,
                      bool canPause = false) {
  if (!glove->isIntact()) throw Napi::TypeError::New(env, "the model's matrices are no longer there");
  if (glove->busy.exchange(true)) throw Napi::Error::New(env, "the model is busy: wait for the pass before");
  glove->trainer->unpause();
  const auto loss = std::make_shared<double>(0);
  LongWork work = {[glove, loss, pass] {
                     const std::shared_ptr<void> whenDone(nullptr, [glove](void*) { glove->busy = false; });
                     *loss = pass();
                   },
                   [glove, loss, canPause](Napi::Env inside) -> Napi::Value {
                     const auto object = Napi::Object::New(inside);
                     object.Set("loss", *loss);
                     object.Set("stopped", glove->trainer->stopped());
                     if (canPause && glove->trainer->isPaused()) {
                       object.Set("position", positionOf(inside, glove->trainer->position()));
                     }
                     return object;
                   },
                   [glove](Napi::Env inside) { return amount(inside, glove->trainer->cellsDone()); },
                   [glove] { glove->trainer->abort(); }};
  if (canPause) work.pause = [glove] { glove->trainer->pause(); };
  return startLongWork(env, std::move(work));
}

Napi::Value modelObject(Napi::Env env, const std::shared_ptr<Glove>& glove) {
  const auto object = cellsAndWhetherStopped(env, glove->cells->trainedCells(), glove->stop);
  object.Set("heldOut", static_cast<double>(glove->cells->heldOutCells()));
  setMethod(object, "train", [glove](const Napi::CallbackInfo& call) -> Napi::Value {
    if (!call[0].IsNumber()) throw Napi::TypeError::New(call.Env(), "epoch must be a number");
    const uint32_t epoch = call[0].As<Napi::Number>().Uint32Value();
    const GlovePosition from = call[1].IsUndefined() ? GlovePosition() : readPosition(Arguments(call[1], "from"));
    return startPass(call.Env(), glove, [glove, epoch, from] { return glove->trainer->train(epoch, from); }, true);
  });
  setMethod(object, "measure", [glove](const Napi::CallbackInfo& call) -> Napi::Value {
    return startPass(call.Env(), glove, [glove] { return glove->trainer->measure(); });
  });
  return object;
}

GloveSettings readGloveSettings(const Arguments& job, uint32_t words, uint32_t threads) {
  const uint64_t dimensions = job.whole("dimensions", 1, 65'536);
  const uint64_t stride = job.whole("stride", dimensions + 2, 131'072);
  if (stride % kRowFloats != 0) job.outOfRange("stride", "a multiple of " + std::to_string(kRowFloats));
  const auto rows = [&](const char* key) {
    Napi::Float32Array data = job.float32s(key);
    if (data.ElementLength() < uint64_t{words} * 2 * stride) job.outOfRange(key, "as long as words x 2 x stride");
    if (reinterpret_cast<uintptr_t>(data.Data()) % kRowAlignment != 0) job.outOfRange(key, "what allocateMatrix gave");
    return data.Data();
  };
  return {{rows("input"), rows("output"), stride, dimensions},
          *instructionSet(job.string("instructionSet")).glove,
          static_cast<float>(job.nonNegative("learningRate")),
          job.whole32("seed", 0),
          threads};
}

double readShare(const Arguments& job, const char* key) {
  const double share = job.nonNegative(key);
  if (share >= 1) job.outOfRange(key, "less than 1");
  return share;
}

}  // namespace

Napi::Value startCounting(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments job(info[0]);
    const Means means = readMeans(job);
    const bool shuffled = job.has("shuffleSeed");
    const auto counting = std::shared_ptr<Counting>(new Counting{
        {{means.words, job.whole32("window", 1, 1'000), job.boolean("symmetric"), means.memoryBytes, means.scratch,
          means.threads},
         readSpool(job.object("spool"), means.words)},
        job.string("path"), means, shuffled, shuffled ? job.whole32("shuffleSeed", 0) : 0});
    return startLongWork(
        env, {[counting] { counting->run(); },
              [counting](Napi::Env inside) -> Napi::Value {
                return cellsAndWhetherStopped(inside, counting->cells, counting->counter.stopped());
              },
              [counting](Napi::Env inside) { return amount(inside, counting->counter.wordsDone()); },
              [counting] { counting->counter.abort(); }});
  });
}

Napi::Value startShuffling(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments job(info[0]);
    const Means means = readMeans(job);
    const auto shuffling = std::shared_ptr<Shuffling>(
        new Shuffling{{job.string("cells"), means.words}, job.string("path"), means, job.whole32("seed", 0)});
    return startLongWork(
        env, {[shuffling] { shuffling->run(); },
              [shuffling](Napi::Env inside) -> Napi::Value {
                return cellsAndWhetherStopped(inside, shuffling->file.size(), shuffling->stop);
              },
              [shuffling](Napi::Env inside) { return amount(inside, shuffling->done); },
              [shuffling] { shuffling->stop = true; }});
  });
}

Napi::Value openGlove(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return withErrors(env, [&]() -> Napi::Value {
    const Arguments job(info[0]);
    const Means means = readMeans(job);
    const uint32_t seed = job.whole32("seed", 0);
    const auto glove = std::make_shared<Glove>(
        TileSettings{means.words, job.nonNegative("xMax"), job.nonNegative("weightPower"), seed, readShare(job, "validation"),
                     means.memoryBytes, means.scratch, means.threads},
        readGloveSettings(job, means.words, means.threads), job.string("cells"), job);
    return startLongWork(env, {[glove] { glove->open(); },
                                   [glove](Napi::Env inside) -> Napi::Value { return modelObject(inside, glove); },
                                   [](Napi::Env inside) { return amount(inside, 0); },
                                   [glove] { glove->stop = true; }});
  });
}

}  // namespace wordmill
