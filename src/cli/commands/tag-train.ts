import { modelReportPath } from '../../pipeline/report/report-path.js';
import type { Summary } from '../../pipeline/run-summary.js';
import { runTaggerDefinition, type TrainedTagger } from '../../pipeline/tagger.js';
import { loadTaggerDefinition } from '../../pipeline/tagger-schema.js';
import { entityScoresText } from '../../train/tagging/entity-scores.js';
import type { CommandCall } from '../command.js';
import { withReport } from '../definition-operands.js';
import { noteSummary } from '../summary.js';
import { modelTraining, modelTrainingOptions } from '../tensorflow-options.js';

export const flags = [];

export const options = modelTrainingOptions;

export const examples = [
  ['wordmill tag train pipelines/tagger.yaml', 'train by a definition'],
  ['wordmill tag train job.yaml --set vectors.file=v.bin --set vectors.frozen=true', 'with other vectors'],
  ['wordmill tag train job.yaml --resume', 'go on after an interruption, to the same numbers'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const { set, settings } = modelTraining(values);
  const definition = withReport(await loadTaggerDefinition(operands[0]!, { set }), values);
  const trained = await runTaggerDefinition(definition, {
    ...{ signal, listener: log, ...settings },
  });
  noteSummary(log, summarise(definition.output, trained), modelReportPath(definition));
}

function summarise(output: string, { tagger, epoch, test }: TrainedTagger): Summary {
  const { vocabulary } = tagger.encoding;
  const { developmentF1, loss } = epoch;
  const reached =
    developmentF1 === undefined
      ? `loss ${loss.toFixed(4)} in training`
      : `F1 ${(100 * developmentF1).toFixed(2)} on the development data`;
  const words = vocabulary.size.toLocaleString('en-US');
  const lines = [
    `epoch ${epoch.epoch} of ${tagger.history.length}: ${reached}; ${words} words, ${tagger.tags.length} tags in ${tagger.scheme}`,
    ...(test ? [`test data: ${entityScoresText(test).trimEnd()}`] : []),
    `wrote: ${output}`,
  ];
  const fields = {
    ...{
      event: 'done',
      epoch,
      epochs: tagger.history.length,
      scheme: tagger.scheme,
      vocabulary: vocabulary.size,
    },
    ...(test && { testF1: test.f1 }),
    output,
  };
  return { summary: lines.join('\n'), fields };
}
