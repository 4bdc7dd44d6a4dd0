import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { WordmillError } from '../../src/core/errors.js';
import { runLanguageModelDefinition } from '../../src/pipeline/language-model.js';
import {
  loadLanguageModelDefinition,
  resolveLanguageModelDefinition,
} from '../../src/pipeline/language-model-schema.js';
import { evaluateText, wordsFor } from '../../src/pipeline/language-model-use.js';
import { LanguageModel } from '../../src/train/tensorflow/language-model/language-model.js';
import { tensorflowTest } from '../support/tensorflow.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function refusal(kind: string, message: RegExp) {
  return (error: WordmillError) => {
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, message);
    return true;
  };
}

describe('the definition of a language model', () => {
  let path: string;
  beforeEach(() => {
    path = join(folder, 'job.yaml');
  });
  const load = async (text: string, set: string[] = []) => {
    await writeFile(path, text);
    return loadLanguageModelDefinition(path, { set });
  };

  test('needs no more than a source and an output', async () => {
    const { vocabulary, model, train } = await load('source: { stdin: true }\noutput: out/lm\n');
    assert.deepEqual([vocabulary.maxSize, vocabulary.unk, vocabulary.minCount], [10_000, 'token', 1]);
    assert.deepEqual([model.cell, model.layers, model.units, model.softmax], ['lstm', 2, 256, 'full']);
    assert.deepEqual(
      [train.optimizer, train.learningRate, train.batch, train.steps],
      ['adam', 0.002, 32, 32],
    );
  });

  test('takes keys from outside', async () => {
    const definition = await load('source: { files: a.txt }\noutput: out/lm\n', [
      'model.layers=1',
      'train.optimizer=sgd',
      'validation.share=0.1',
    ]);
    assert.deepEqual([definition.model.layers, definition.train.learningRate], [1, 1]);
    assert.equal(definition.validation.share, 0.1);
  });

  test('is refused with line, key and the nearest right name', async () => {
    const cases: [string, RegExp][] = [
      [
        'source: { files: a }\noutput: o\nmodel: { cel: lstm }\n',
        /job\.yaml:3:10: model\.cel: unknown key 'cel'\n {2}Did you mean 'cell'/,
      ],
      [
        'source: { files: a }\noutput: o\nmodel: { cell: lstn }\n',
        /job\.yaml:3:16: model\.cell: must be one of rnn, /,
      ],
      ['source: { files: a }\n', /output: is missing/],
      ['output: o\nsource: {}\n', /source: needs files, or stdin: true/],
      ['output: o\nsource: { files: a, stdin: true }\n', /source\.stdin: files and stdin exclude each other/],
      [
        'output: o\nsource: { files: a }\nmodel: { bidirectional: true }\n',
        /job\.yaml:3:\d+: model\.bidirectional: .* whole sequences/,
      ],
      ['output: o\nsource: { files: a }\ntrain: { patience: 2 }\n', /train\.patience: needs held-out text/],
      [
        'output: o\nsource: { files: a }\nvalidation: { files: b, share: 0.1 }\n',
        /validation\.share: files and share exclude/,
      ],
      ['output: o\nsource: { files: a }\ntrain: { validationShare: 0.1 }\n', /unknown key 'validationShare'/],
      ['# nothing yet\n', /job\.yaml: this definition is empty; it needs a source and an output/],
    ];
    for (const [text, message] of cases) await assert.rejects(load(text), refusal('usage', message), text);
    assert.throws(
      () => resolveLanguageModelDefinition({ source: {}, output: 'o' }),
      refusal('usage', /^source: needs/),
    );
  });

  test('is refused where an option would have no effect, and the same is taken where it has one', async () => {
    const base = 'output: o\nsource: { files: a }\n';
    const cases: [without: string, message: RegExp, withEffect: string][] = [
      [
        'model: { samples: 50 }',
        /job\.yaml:3:19: model\.samples: has no effect without a sampled softmax/,
        'model: { samples: 50, softmax: sampled }',
      ],
      [
        'model: { outputPeephole: previous }',
        /model\.outputPeephole: has no effect on the cell lstm\n/,
        'model: { outputPeephole: previous, cell: lstm-peephole }',
      ],
      [
        'train: { decayFactor: 0.7, decay: linear }',
        /train\.decayFactor: has no effect without decay: plateau/,
        'train: { decayFactor: 0.7 }\nvalidation: { share: 0.1 }',
      ],
      [
        'train: { decayFactor: 0.7 }',
        /train\.decayFactor: has no effect/,
        'train: { decayFactor: 0.7 }\nvalidation: { files: b }',
      ],
      [
        'train: { decay: plateau }',
        /train\.decay: needs held-out text/,
        'train: { decay: plateau }\nvalidation: { share: 0.1 }',
      ],
    ];
    for (const [without, message, withEffect] of cases) {
      await assert.rejects(load(base + without), refusal('usage', message), without);
      const taken = await load(base + withEffect);
      assert.deepEqual(resolveLanguageModelDefinition(taken), taken, 'what is filled in is taken again');
    }
  });

  test('has a learning rate that falls on plateaus only where text is held out', async () => {
    const decay = async (text: string) =>
      (await load(`output: o\nsource: { files: a }\n${text}`)).train.decay;
    assert.equal(await decay(''), 'none');
    assert.equal(await decay('validation: { share: 0.1 }'), 'plateau');
    assert.equal(await decay('train: { decay: linear }'), 'linear');
  });
});

const TOKENISED = 'the <UNK> sat on the mat\n\na <UNK> ate <UNK> there\n'.repeat(20);

function definition(source: object, more: object = {}) {
  return {
    source,
    tokenize: { splitter: 'whitespace', lowercase: false } as const,
    model: { layers: 1, units: 12, dimensions: 8 },
    train: { epochs: 2, batch: 4, steps: 8, learningRate: 0.02 },
    output: join(folder, 'lm'),
    ...more,
  };
}

tensorflowTest('text that is tokenised already keeps its <UNK>, counted as what it is', async () => {
  const path = join(folder, 'tokenised.txt');
  await writeFile(path, TOKENISED);
  const { last } = await runLanguageModelDefinition(
    definition({ files: path }, { validation: { files: path } }),
  );
  assert.equal(
    await readFile(join(folder, 'lm', 'vocabulary.txt'), 'utf8'),
    ['</s> 40', 'the 40', 'a 20', 'ate 20', 'mat 20', 'on 20', 'sat 20', 'there 20', '<UNK> 60', ''].join(
      '\n',
    ),
  );

  const model = await LanguageModel.load(join(folder, 'lm'));
  const report = await evaluateText(model, [path]);
  const { events, words, sentences, unknown, leftOut, unknownShare } = report;
  assert.deepEqual(
    { events, words, sentences, unknown, leftOut },
    { events: 260, words: 220, sentences: 40, unknown: 60, leftOut: 0 },
  );
  assert.equal(unknownShare, 60 / 220);
  const { epochs, bestEpoch } = last!;
  assert.equal(report.perplexity, epochs[bestEpoch - 1]!.heldOutPerplexity);
  assert.deepEqual(await wordsFor(model, 'the mat'), ['the', 'mat']);
});

tensorflowTest(
  'words that are dropped from the vocabulary are no events, but counted as unknown',
  async () => {
    const path = join(folder, 'tokenised.txt');
    await writeFile(path, TOKENISED);
    await runLanguageModelDefinition(definition({ files: path }, { vocabulary: { unk: 'drop' } }));
    const report = await evaluateText(await LanguageModel.load(join(folder, 'lm')), [path]);
    assert.deepEqual([report.events, report.words, report.leftOut, report.unknown], [200, 220, 60, 0]);
    assert.equal(report.unknownShare, 60 / 220);
  },
);

tensorflowTest('the end of the corpus is held out where no other text is', async () => {
  const path = join(folder, 'tokenised.txt');
  await writeFile(path, TOKENISED);
  const { last } = await runLanguageModelDefinition(
    definition({ files: path }, { validation: { share: 0.25 } }),
  );
  assert.equal(last!.epochs[0]!.events, 195);
  const { heldOutPerplexity, loss } = last!.epochs[last!.bestEpoch - 1]!;
  assert.ok(heldOutPerplexity! > 1);
  const page = await readFile(join(folder, 'lm.report.html'), 'utf8');
  assert.ok(page.includes(`<dt>held-out perplexity</dt><dd>${heldOutPerplexity!.toFixed(1)}</dd>`));
  assert.ok(page.includes(`>${loss.toFixed(4)}</td>`));
});

tensorflowTest('what fails leaves the model that was there, and nothing else', async () => {
  const path = join(folder, 'tokenised.txt');
  await writeFile(path, TOKENISED);
  await writeFile(join(folder, 'empty.txt'), '\n\n');
  await runLanguageModelDefinition(definition({ files: path }));
  const listing = () => readdirSync(folder).sort();
  const [kept, weights] = [listing(), await readFile(join(folder, 'lm', 'weights.safetensors'))];

  const run = (source: object, more: object = {}) => runLanguageModelDefinition(definition(source, more));
  await assert.rejects(run({ files: join(folder, 'empty.txt') }), refusal('data', /empty|no words/));
  await assert.rejects(run({ files: join(folder, 'none.txt') }), refusal('noInput', /none\.txt/));
  await assert.rejects(
    run({ files: path }, { validation: { files: join(folder, 'empty.txt') } }),
    refusal('data', /no words to validate on/),
  );
  // What is missing is found before the corpus, which is not there either.
  const none = { files: join(folder, 'none.txt') };
  await assert.rejects(
    run(none, { validation: { files: join(folder, 'no-validation.txt') } }),
    refusal('noInput', /no-validation\.txt/),
  );
  await assert.rejects(
    runLanguageModelDefinition(definition(none), { resume: true }),
    refusal('noInput', /lm\.checkpoint: there is no such folder/),
  );
  await writeFile(join(folder, 'uneven.txt'), `a b c\n${'d '.repeat(97)}\n`);
  await assert.rejects(
    run({ files: join(folder, 'uneven.txt') }, { validation: { share: 0.05 } }),
    refusal('data', /^validation\.share: cut at the end of a sentence nearest to 5 %/),
  );
  await rm(join(folder, 'uneven.txt'));
  await assert.rejects(
    run({ files: path }, { output: path }),
    refusal('cannotCreate', /this is a file; a model is saved as a folder/),
  );
  const stopped = AbortSignal.abort();
  await assert.rejects(
    runLanguageModelDefinition(definition({ files: path }), { signal: stopped }),
    refusal('aborted', /interrupted/),
  );
  assert.deepEqual(listing(), kept);
  assert.deepEqual(await readFile(join(folder, 'lm', 'weights.safetensors')), weights);
  await assert.rejects(
    evaluateText(await LanguageModel.load(join(folder, 'lm')), [join(folder, 'empty.txt')]),
    refusal('data', /no words to predict/),
  );
});
