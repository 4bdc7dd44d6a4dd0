#pragma once
// Reads what JavaScript asks for (the types in addon.ts) into what the trainer takes, and checks all of it.
#include <memory>

#include <napi.h>

#include "arguments.h"
#include "text_data.h"
#include "trainer.h"

namespace wordmill {

/** What says of an open chunk where it is left: its shard, its number, the groups done, the learning rate. */
constexpr size_t kOpenChunkNumbers = 4;

/** A spool, as corpus.ts describes it. @throws Failure and Napi::Error as `readTrainingData` does. */
std::unique_ptr<Spool> readSpool(const Arguments& spool, uint32_t vocabularySize);

/**
 * Running text, where `spool` is given, or pairs.
 *
 * @throws Failure if a file cannot be read or does not fit its description; Napi::Error as `Arguments` does.
 */
std::unique_ptr<TrainingData> readTrainingData(const Arguments& job);

/**
 * How to train. The matrices stay JavaScript's: who trains on them keeps them alive.
 *
 * @throws Failure `unavailable` for an instruction set that this machine lacks; Napi::Error as `Arguments` does.
 */
TrainingSettings readTrainingSettings(const Arguments& job);

}  // namespace wordmill
