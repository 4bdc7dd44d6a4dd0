import { stringify } from 'yaml';
import { quantity } from '../../core/quantity.js';
import { withoutUrlSecrets } from '../../core/shown-url.js';
import type { TrainedLanguageModel } from '../../train/tensorflow/language-model/train.js';
import type { ResolvedLanguageModelDefinition } from '../language-model-schema.js';
import type { TrainedTagger } from '../tagger.js';
import type { ResolvedTaggerDefinition } from '../tagger-schema.js';
import { courseCharts } from './course-charts.js';
import { lossText, type ReportContent } from './page.js';
import type { RunRecorder } from './recorder.js';

/** What a report says of a language model. */
export function languageModelContent(
  definition: ResolvedLanguageModelDefinition,
  { model, epochs, bestEpoch }: TrainedLanguageModel,
  recorder: RunRecorder,
): ReportContent {
  const { perplexity, heldOutPerplexity } = epochs[bestEpoch - 1]!;
  const isHeldOut = heldOutPerplexity !== undefined;
  const format = (value: number) => value.toFixed(1);
  const shared = { chart: 'Perplexity', format };
  return {
    title: definition.name ?? definition.output,
    figures: [
      ['vocabulary', quantity(model.vocabulary.size, 'words')],
      ['epochs', String(epochs.length)],
      ['kept epoch', String(bestEpoch)],
      [isHeldOut ? 'held-out perplexity' : 'perplexity in training', format(heldOutPerplexity ?? perplexity)],
    ],
    charts: courseCharts({
      recorder,
      epochSize: epochs[0]!.events,
      lossBetween: true,
      measures: [
        {
          chart: 'Loss',
          label: 'mean of an epoch',
          format: lossText,
          values: epochs.map(({ loss }) => loss),
        },
        { ...shared, label: 'in training', values: epochs.map((epoch) => epoch.perplexity) },
        ...(isHeldOut
          ? [{ ...shared, label: 'held out', values: epochs.map((epoch) => epoch.heldOutPerplexity) }]
          : []),
      ],
    }),
    facts: [
      ['saved in', definition.output],
      ['seed', String(definition.train.seed)],
      ['computed on', model.device.backend],
    ],
    definition: asYaml(definition),
  };
}

/** What a report says of a tagger. */
export function taggerContent(
  definition: ResolvedTaggerDefinition,
  { tagger, epoch, test }: Pick<TrainedTagger, 'tagger' | 'epoch' | 'test'>,
  recorder: RunRecorder,
): ReportContent {
  const { history, encoding, tags, scheme } = tagger;
  const format = (f1: number) => (100 * f1).toFixed(2);
  const isScored = epoch.developmentF1 !== undefined;
  return {
    title: definition.name ?? definition.output,
    figures: [
      ['words', quantity(encoding.vocabulary.size, 'words')],
      ['tags', `${tags.length}, ${scheme}`],
      ['kept epoch', `${epoch.epoch} of ${history.length}`],
      isScored ? ['F1 on development data', format(epoch.developmentF1!)] : ['loss', lossText(epoch.loss)],
      ...(test ? [['F1 on test data', format(test.f1)] as const] : []),
    ],
    charts: courseCharts({
      recorder,
      epochSize: recorder.epochSize ?? 1,
      // A tagger reports the mean since its epoch began.
      lossBetween: false,
      measures: [
        {
          chart: 'Loss',
          label: 'mean of an epoch',
          format: lossText,
          values: history.map(({ loss }) => loss),
        },
        ...(isScored
          ? [
              {
                ...{ chart: 'F1 on development data', label: 'F1', format },
                values: history.map(({ developmentF1 }) => developmentF1),
              },
            ]
          : []),
      ],
    }),
    facts: [
      ['saved in', definition.output],
      ['seed', String(definition.train.seed)],
      ['computed on', tagger.model.device.backend],
    ],
    definition: asYaml(definition),
  };
}

function asYaml(definition: object): string {
  return stringify(withoutUrlSecrets(JSON.parse(JSON.stringify(definition))), { lineWidth: 0 });
}
