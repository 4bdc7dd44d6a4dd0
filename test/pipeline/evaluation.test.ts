import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Evaluation, ReportListener } from '../../src/core/report.js';
import { readVectors } from '../../src/formats/detect.js';
import { parseDefinition } from '../../src/pipeline/definition.js';
import { runDefinition } from '../../src/pipeline/run-definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import { evaluate, readTestSets, scoreOf } from '../../src/vectors/evaluate/evaluate.js';
import { notBuilt } from '../cli/helpers.js';

describe('a run that evaluates', { skip: notBuilt }, () => {
  let folder: string;
  const path = (name: string) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    await writeFile(path('corpus.txt'), 'a b c d\nb a d c\nc c a b\n'.repeat(30));
    await writeFile(path('letters.tsv'), 'a\tb\t9\nc\td\t7\na\tc\t3\nb\td\t1\n');
    await writeFile(path('questions.txt'), ': letters\na b c d\nb a d c\n');
  });
  after(() => rm(folder, { recursive: true }));

  function definition(evaluating: Definition['evaluate'], changes: Partial<Definition> = {}): Definition {
    return {
      source: { files: path('corpus.txt') },
      vocabulary: { minCount: 1 },
      train: { engine: 'reference', dimensions: 4, epochs: 3 },
      evaluate: evaluating,
      sinks: [{ word2vec: path('v.bin') }],
      ...changes,
    };
  }
  const sets = () => ({ pairs: path('letters.tsv'), analogies: path('questions.txt') });

  test('scores after each epoch and at the end, as the saved vectors score', async () => {
    const heard: Evaluation[] = [];
    const listener: ReportListener = { evaluation: (evaluation) => heard.push(evaluation) };
    const epochs: number[] = [];
    const onEpoch = ({ epoch }: { epoch: number }) => void epochs.push(epoch);
    await runDefinition(definition({ ...sets(), everyEpoch: true }), { listener, onEpoch });
    assert.deepEqual(epochs, [1, 2, 3]);
    assert.deepEqual(
      heard.map(({ epoch }) => epoch),
      [1, 2, 3, undefined],
    );
    const scores = await evaluate(await readVectors(path('v.bin')), await readTestSets(sets()));
    const expected = Object.fromEntries(scores.map((set) => [set.name, scoreOf(set)]));
    assert.deepEqual(Object.keys(expected), ['letters', 'questions']);
    assert.deepEqual(heard[3]!.scores, expected);
    assert.deepEqual(heard[2]!.scores, expected);
    const page = await readFile(path('v.bin.report.html'), 'utf8');
    assert.ok(page.includes(`<dt>letters</dt><dd>${expected.letters!.toFixed(4)}</dd>`));
    assert.ok(page.includes('<h3>Evaluation</h3>'));
  });

  test('fails where a score is below its minimum, once the outputs are there', async () => {
    const sinks = [{ word2vec: path('low.bin') }];
    const low = definition({ pairs: path('letters.tsv'), minimum: { letters: 1.5 } }, { sinks });
    await assert.rejects(runDefinition(low), {
      kind: 'belowMinimum',
      message: /letters is -?\d\.\d{4}; its minimum is 1\.5\n {2}The outputs are written\./,
    });
    assert.ok((await readdir(folder)).includes('low.bin'));
    await runDefinition(definition({ pairs: path('letters.tsv'), minimum: { letters: -1 } }, { sinks }));
  });

  test('is refused before the text is read: a set that is not there, a minimum of another set', async () => {
    const source = { files: path('none.txt') };
    await assert.rejects(runDefinition(definition({ pairs: path('gone.tsv') }, { source })), {
      kind: 'noInput',
      message: /gone\.tsv/,
    });
    const misspelt = { ...sets(), minimum: { leters: 0.1 } };
    await assert.rejects(runDefinition(definition(misspelt, { source })), {
      kind: 'usage',
      message: /evaluate\.minimum.*leters[\s\S]*letters/,
    });
    assert.throws(
      () => parseDefinition('source: { files: a.txt }\nevaluate: { everyEpoch: true }\n', 'job.yaml'),
      { kind: 'usage', message: /^job\.yaml:2:1: evaluate: needs pairs or analogies/ },
    );
  });
});
