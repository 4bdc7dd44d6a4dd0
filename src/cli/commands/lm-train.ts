import { runLanguageModelDefinition } from '../../pipeline/language-model.js';
import {
  loadLanguageModelDefinition,
  type ResolvedLanguageModelDefinition,
} from '../../pipeline/language-model-schema.js';
import { modelReportPath } from '../../pipeline/report/report-path.js';
import type { Summary } from '../../pipeline/run-summary.js';
import type { TrainedLanguageModel } from '../../train/tensorflow/language-model/train.js';
import type { CommandCall } from '../command.js';
import { readsStandardInput, withReport } from '../definition-operands.js';
import { checkStdin } from '../inputs.js';
import { noteSummary } from '../summary.js';
import { modelTraining, modelTrainingOptions } from '../tensorflow-options.js';

export const flags = [];

export const options = modelTrainingOptions;

export const examples = [
  ['wordmill lm train pipelines/language-model.yaml', 'train by a definition'],
  ['wordmill lm train job.yaml --set model.layers=1 --set train.epochs=3', 'with other options'],
  ['wordmill lm train job.yaml --resume', 'go on after an interruption, to the same numbers'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const { set, settings } = modelTraining(values);
  const stdin = readsStandardInput(operands);
  const definition = withReport(await loadLanguageModelDefinition(operands[0]!, { set, stdin }), values);
  checkStdin(definition.source);
  const { last } = await runLanguageModelDefinition(definition, {
    ...{ signal, listener: log, ...settings },
  });
  noteSummary(log, summarise(definition, last!), modelReportPath(definition));
}

function summarise(
  { output }: ResolvedLanguageModelDefinition,
  { model, epochs, bestEpoch }: TrainedLanguageModel,
): Summary {
  const { heldOutPerplexity, perplexity } = epochs[bestEpoch - 1]!;
  const reached =
    heldOutPerplexity === undefined
      ? `perplexity ${perplexity.toFixed(1)} in training`
      : `held-out perplexity ${heldOutPerplexity.toFixed(1)}`;
  const { size } = model.vocabulary;
  const fields = {
    event: 'done',
    ...{ vocabulary: size, epochs, bestEpoch, backend: model.device.backend, output },
  };
  const summary = `epoch ${bestEpoch} of ${epochs.length}: ${reached}, ${size.toLocaleString('en-US')} words\nwrote: ${output}`;
  return { summary, fields };
}
