import type { TrainingMeter } from '../../meter.js';
import type { NeuralLanguageModel } from './nplm.js';
import type { NplmBatch } from './nplm-batch.js';
import type { NplmText } from './nplm-text.js';

/**
 * Perplexity of the held-out sentences: e to the mean of -log p(target | context), in nats, over their windows, always by
 * full softmax. The windows are those of epoch 0, so that epochs compare.
 *
 * @param batch an empty one, used and left empty.
 */
export async function heldOutPerplexity(
  model: NeuralLanguageModel,
  text: NplmText,
  batch: NplmBatch,
  meter: TrainingMeter,
): Promise<number> {
  let total = 0;
  let predictions = 0;
  const measure = () => {
    for (const loss of model.lossesOf(batch.contexts, batch.targets)) total += loss;
    predictions += batch.length;
    batch.clear();
  };
  for await (const { heldOut, windows } of text.sentences(0)) {
    if (!heldOut) continue;
    for (const window of windows) {
      batch.add(window);
      if (batch.isFull) measure();
      if (meter.isDue) await meter.turn();
    }
  }
  if (batch.length > 0) measure();
  return Math.exp(total / predictions);
}
