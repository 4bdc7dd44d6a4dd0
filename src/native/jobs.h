#pragma once
// Reads what JavaScript asks for (the types in addon.ts) into what the trainer takes, and checks all of it.
#include <memory>

#include <napi.h>

#include "arguments.h"
#include "text_data.h"
#include "trainer.h"

namespace wordmill {

/** Running text, where `spool` is given, or pairs. */
std::unique_ptr<TrainingData> readTrainingData(const Arguments& job);

TrainingSettings readTrainingSettings(const Arguments& job);

}  // namespace wordmill
