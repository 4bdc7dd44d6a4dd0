import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Report } from '../../src/core/report.js';
import { runTaggerDefinition } from '../../src/pipeline/tagger.js';
import { resolveTaggerDefinition, type TaggerDefinition } from '../../src/pipeline/tagger-schema.js';
import { evaluateTagger, type TaggedTextOptions, taggedText } from '../../src/pipeline/tagger-use.js';
import { Tagger } from '../../src/train/tensorflow/tagger/tagger.js';
import { temporaryFolder } from '../formats/support.js';
import { tensorflowTest } from '../support/tensorflow.js';
import { labelledFarmers } from '../train/tensorflow/tagger/farmers.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

function conll(name: string, sentences: number, seed = 1): string {
  const text = labelledFarmers(sentences, seed).map(({ tokens, tags }) =>
    tokens.map((token, i) => `${token} ${tags[i]}\n`).join(''),
  );
  return file(name, text.join('\n'));
}

const TRAIN = conll('train.conll', 30);

function definition(changes: Partial<TaggerDefinition> = {}): TaggerDefinition {
  return {
    data: { train: TRAIN },
    model: { units: 6, dimensions: 4, characterUnits: 3, characterDimensions: 4, shapeDimensions: 3 },
    train: { epochs: 2, batch: 8, learningRate: 0.02, maxLength: 10 },
    output: at('model'),
    ...changes,
  };
}

/** Four words, each with a vector of its own. */
const WORDS = ['farmer', 'label', 'orange', 'durian'];
const VECTORS = WORDS.map((_, i) => [i, 0.5, -1, 2]);

describe('training a tagger by a definition', () => {
  tensorflowTest('refuses tags of the test data before it trains, with file and line', async () => {
    const bad = file('bad.conll', 'Sally B-PER\nsells O\n\nSally X-PER\n');
    const data = { train: TRAIN, test: bad };
    const heard: string[] = [];
    const listener = { note: (message: string) => heard.push(message) };
    await assert.rejects(runTaggerDefinition(definition({ data }), { listener }), {
      kind: 'data',
      message: /bad\.conll:4: no scheme has the tag 'X-PER'/,
    });
    assert.deepEqual(heard, []);
    const io = file('io.conll', 'Sally B-PER\n');
    await assert.rejects(
      runTaggerDefinition(
        definition({ data: { train: file('io-train.conll', 'Sally I-PER\n'), test: io, scheme: 'IO' } }),
      ),
      { kind: 'data', message: /io\.conll:1: IO cannot have the tag 'B-PER'/ },
    );
  });

  tensorflowTest('saves the tagger before it scores it', async () => {
    const controller = new AbortController();
    const output = at('saved');
    const watch = () => (existsSync(join(output, 'config.json')) ? controller.abort() : setImmediate(watch));
    watch();
    const data = { train: TRAIN, test: conll('long-test.conll', 1_000, 3) };
    await assert.rejects(runTaggerDefinition(definition({ data, output }), { signal: controller.signal }), {
      kind: 'aborted',
    });
    assert.ok(!existsSync(`${output}.report.html`));
    (await Tagger.load(output)).dispose();
  });

  tensorflowTest('reports the epoch whose weights it kept, also where F1 stays 0', async () => {
    const development = file('new.conll', 'Sally O\nsells B-NEW\n');
    const data = { train: TRAIN, development };
    const { tagger, epoch } = await runTaggerDefinition(definition({ data, output: at('zero') }));
    assert.equal(epoch.developmentF1, 0);
    assert.equal(epoch.epoch, 2);
    const page = readFileSync(at('zero.report.html'), 'utf8');
    assert.match(page, /<dt>kept epoch<\/dt><dd>2 of 2<\/dd>/);
    assert.ok(page.includes(`>${epoch.loss.toFixed(4)}</td>`));
    tagger.dispose();
  });

  tensorflowTest('does not resume without a checkpoint', () =>
    assert.rejects(runTaggerDefinition(definition({ output: at('none') }), { resume: true }), {
      kind: 'noInput',
      message: /none\.checkpoint: there is no checkpoint to go on from\n.*leave --resume out/,
    }),
  );

  const text = `4 4\n${WORDS.map((word, i) => `${word} ${VECTORS[i]!.join(' ')}\n`).join('')}`;
  const binary = Buffer.concat([
    Buffer.from('4 4\n'),
    ...WORDS.flatMap((word, i) => {
      const row = Buffer.alloc(16);
      for (const [j, value] of VECTORS[i]!.entries()) row.writeFloatLE(value, 4 * j);
      return [Buffer.from(`${word} `), row, Buffer.from('\n')];
    }),
  ]);
  for (const [name, content] of [
    ['vectors.txt', text],
    ['vectors.bin', binary],
  ] as const) {
    tensorflowTest(`starts from word2vec's ${name}, and says how many words it knows`, async () => {
      const heard: string[] = [];
      const { tagger, report } = await runTaggerDefinition(
        definition({ vectors: { file: file(name, content), frozen: true }, output: at(`by-${name}`) }),
        { listener: { note: (message) => heard.push(message) } },
      );
      assert.deepEqual(tagger.encoding.vocabulary.words.slice(0, 4), WORDS);
      assert.deepEqual([...tagger.model.embedding.variable.toHost().subarray(0, 16)], VECTORS.flat());
      assert.match(heard[0]!, /^vectors: .*vectors\.\w+ has [\d.]+ % of the \d+ words of the training text/);
      assert.match(report.warnings.join('\n'), /only [\d.]+ % of the \d+ words/);
      tagger.dispose();
    });
  }
});

describe('options of a tagger that have no effect', () => {
  const cases: [change: Partial<TaggerDefinition>, message: RegExp][] = [
    [{ vectors: { rate: 0.5 } }, /vectors\.rate: has no effect without vectors\.file/],
    [
      { vectors: { rate: 0.5, file: 'v', frozen: true } },
      /vectors\.rate: has no effect on vectors that are frozen/,
    ],
    [{ vectors: { maxWords: 5 } }, /vectors\.maxWords: has no effect without vectors\.file/],
    [
      { vectors: { file: 'v', frozen: true }, model: { minCount: 2 } },
      /model\.minCount: has no effect where/,
    ],
    [
      { model: { characters: false, characterUnits: 7 } },
      /model\.characterUnits: has no effect with model\.characters: false/,
    ],
    [
      { model: { shapes: false, shapeDimensions: 7 } },
      /model\.shapeDimensions: has no effect with model\.shapes: false/,
    ],
    [{ train: { patience: 3 } }, /train\.patience: has no effect without data\.development/],
  ];
  for (const [change, message] of cases) {
    test(`are refused: ${JSON.stringify(change)}`, () => {
      const resolve = () =>
        resolveTaggerDefinition({ data: { train: 'train.conll' }, output: 'out', ...change });
      assert.throws(resolve, { kind: 'usage', message });
    });
  }

  test('are let pass where they are the defaults, as in a definition that is resolved already', () => {
    const given = { data: { train: 'train.conll' }, output: 'out', model: { characters: false } };
    const resolved = resolveTaggerDefinition(given);
    assert.deepEqual(resolveTaggerDefinition(resolved), resolved);
  });

  test('are those that the others leave without one', () => {
    const files = { train: 'train.conll', development: 'dev.conll' };
    resolveTaggerDefinition({
      ...{ data: files, output: 'out', vectors: { file: 'v', rate: 0.5, maxWords: 5 } },
      ...{ model: { characterUnits: 7, shapeDimensions: 7, minCount: 2 }, train: { patience: 3 } },
    });
  });
});

describe('text that is tagged', () => {
  let tagger: Tagger;
  const trained = async () => {
    tagger ??= (await runTaggerDefinition(definition({ output: at('tagger') }))).tagger;
    return tagger;
  };
  async function tagged(files: readonly string[], options: Partial<TaggedTextOptions> = {}) {
    const report = new Report();
    let text = '';
    const settings = { input: 'text', output: 'conll', report, ...options } as const;
    for await (const part of taggedText(await trained(), files, settings)) text += part;
    return { tokens: text.split('\n').map((line) => line.split(' ')[0]), warnings: report.warnings };
  }

  for (const input of ['text', 'tokens', 'conll'] as const) {
    tensorflowTest(`${input}: a sentence that is cut is named with its line`, async () => {
      const words = Array.from({ length: 25 }, (_, i) => `w${i}`);
      const long = input === 'conll' ? words.join('\n') : words.join(' ');
      const path = file(`long.${input}`, `Rain\n\n${long}\n`);
      const { tokens, warnings } = await tagged([path], { input });
      assert.deepEqual(tokens, ['Rain', '', ...words, '', '']);
      assert.deepEqual(warnings, [`${path}:3: this sentence has 25 tokens; it is tagged in pieces of 10`]);
    });
  }

  tensorflowTest(
    'is named with the file that it stands in, and a line without tokens gives nothing',
    async () => {
      const first = file('first.text', 'One.\n\n \nTwo\n');
      const second = file('second.text', `${'x '.repeat(11)}\n`);
      const { tokens, warnings } = await tagged([first, second]);
      assert.deepEqual(tokens.slice(0, 6), ['One', '.', '', 'Two', '', 'x']);
      assert.match(warnings[0]!, /second\.text:1: this sentence has 11 tokens/);
    },
  );

  tensorflowTest('is told of where it is no UTF-8, or refused', async () => {
    const path = file('latin1.text', Buffer.from('caf\xe9 noir\n', 'latin1'));
    const { tokens, warnings } = await tagged([path]);
    assert.deepEqual(tokens, ['caf', '\ufffd', 'noir', '', '']);
    assert.match(warnings[0]!, /latin1\.text \(byte 3\): not UTF-8; replaced by U\+FFFD/);
    await assert.rejects(tagged([path], { strictUtf8: true }), { kind: 'data' });
  });

  tensorflowTest('comes from folders and patterns, each file once', async () => {
    mkdirSync(at('several'), { recursive: true });
    file('several/a.conll', 'Sally B-PER\n');
    file('several/b.conll', 'Apple B-ORG\nRecords I-ORG\n');
    const inputs = [at('several/b.conll'), at('several'), at('several/*.conll')];
    const { tokens } = await tagged(inputs, { input: 'conll' });
    assert.deepEqual(tokens, ['Apple', 'Records', '', 'Sally', '', '']);
    const report = new Report();
    const scores = await evaluateTagger(await trained(), inputs, { report });
    assert.equal(scores.tokens, 3);
    await assert.rejects(evaluateTagger(await trained(), [at('several/*.txt')], { report }), {
      kind: 'noInput',
    });
  });
});
