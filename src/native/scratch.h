#pragma once
#include "aligned_memory.h"
#include "kernel.h"

namespace wordmill {

/** One thread's working memory for kernels. */
class Scratch {
 public:
  /**
   * @param mostContexts rows of E in a group, at most.
   * @param mostOutputs rows of W that take part in a prediction, at most.
   * @param freezes whether rows are frozen.
   */
  Scratch(size_t mostContexts, size_t mostOutputs, size_t stride, bool freezes)
      : gradients_(gradientFloats(mostOutputs) * sizeof(float)),
        flips_(flipFloats(mostOutputs) * sizeof(float)),
        inputs_((1 + kPiece) * stride * sizeof(float)),
        frozenRows_(freezes ? kPiece * stride * sizeof(float) : 0),
        outputChanges_(kRowFloats * mostOutputs * sizeof(float)),
        inputRows_((freezes ? 2 : 1) * mostContexts * sizeof(float*)),
        outputRows_(mostOutputs * sizeof(float*)) {}

  KernelScratch view() {
    return {static_cast<float*>(gradients_.data()),
            static_cast<float*>(flips_.data()),
            static_cast<float*>(inputs_.data()),
            static_cast<float*>(frozenRows_.data()),
            static_cast<float*>(outputChanges_.data()),
            static_cast<float**>(inputRows_.data()),
            static_cast<float**>(outputRows_.data()),
            loss_};
  }

  /** The loss since the last call. */
  double takeLoss() {
    double sum = 0;
    for (double& lane : loss_) {
      sum += lane;
      lane = 0;
    }
    return sum;
  }

 private:
  AlignedMemory gradients_, flips_, inputs_, frozenRows_, outputChanges_, inputRows_, outputRows_;
  alignas(128) double loss_[kRowFloats] = {};
};

}  // namespace wordmill
