import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import {
  DefinitionError,
  type LoadOptions,
  loadDefinition,
  parseDefinition,
  printDefinition,
  resolveDefinition,
} from '../../src/pipeline/definition.js';

function problems(text: string, options: LoadOptions = {}): readonly string[] {
  try {
    parseDefinition(text, 'job.yaml', options);
  } catch (error) {
    assert.ok(error instanceof DefinitionError, String(error));
    assert.equal(error.kind, 'usage');
    for (const problem of error.problems) assert.ok(error.message.includes(problem));
    return error.problems;
  }
  throw new assert.AssertionError({ message: 'the definition was accepted' });
}

const GOOD = `name: enwiki
source: { files: "corpus/*.txt.zst" }
vocabulary: { minCount: 2, maxSize: 400000 }
sampling: { subsample: 1e-4 }
train: { model: cbow, dimensions: 300 }
sinks:
  - glove: out/enwiki.txt
  - word2vec: out/enwiki.bin
`;

describe('a definition', () => {
  test('is YAML whose defaults are filled in', () => {
    const definition = parseDefinition(GOOD, 'job.yaml');
    assert.equal(definition.name, 'enwiki');
    const { files, format, strictUtf8 } = definition.source;
    assert.deepEqual(
      { files, format, strictUtf8 },
      { files: 'corpus/*.txt.zst', format: 'auto', strictUtf8: false },
    );
    assert.deepEqual(definition.sampling, {
      subsample: 1e-4,
      subsampleFormula: 'word2vec',
      window: 5,
      windowMode: 'dynamic',
      targets: 'all',
    });
    assert.equal(definition.vocabulary.maxSize, 400_000);
    assert.equal(definition.tokenize.lowercase, true);
    assert.deepEqual(definition.sinks, [{ glove: 'out/enwiki.txt' }, { word2vec: 'out/enwiki.bin' }]);
    assert.equal(definition.escapeWords, false);
  });

  test('takes the learning rate of its model', () => {
    assert.equal(parseDefinition(GOOD, 'job.yaml').train.learningRate, 0.05);
    assert.equal(
      parseDefinition(GOOD, 'job.yaml', { set: ['train.model=skipgram'] }).train.learningRate,
      0.025,
    );
    assert.equal(
      resolveDefinition({ source: { stdin: true }, train: { learningRate: 0.1 } }).train.learningRate,
      0.1,
    );
  });

  test('leaves engine and threads open, which depend on the machine', () => {
    const { engine, threads } = parseDefinition(GOOD, 'job.yaml').train;
    assert.deepEqual([engine, threads], [undefined, undefined]);
  });

  test('may be JSON, with tabs', () => {
    const text = '{\n\t"source": { "files": ["a.txt", "b.txt"] },\n\t"sinks": [{ "glove": "v.txt" }]\n}';
    assert.deepEqual(parseDefinition(text, 'job.json').source.files, ['a.txt', 'b.txt']);
  });

  test('is the same from YAML and from a program', () => {
    const fromProgram = resolveDefinition({
      name: 'enwiki',
      source: { files: 'corpus/*.txt.zst' },
      vocabulary: { minCount: 2, maxSize: 400_000 },
      sampling: { subsample: 1e-4 },
      train: { model: 'cbow', dimensions: 300 },
      sinks: [{ glove: 'out/enwiki.txt' }, { word2vec: 'out/enwiki.bin' }],
    });
    assert.deepEqual(parseDefinition(GOOD, 'job.yaml'), fromProgram);
  });

  test('is printed as YAML that loads to the same', () => {
    const definition = parseDefinition(GOOD, 'job.yaml', { set: ['sampling.subsample=1e-7'] });
    assert.deepEqual(parseDefinition(printDefinition(definition), 'printed.yaml'), definition);
    const ofPairs = parseDefinition('source: { pairs: p.txt }\nsinks: [{ glove: v.txt }]', 'job.yaml');
    assert.doesNotMatch(printDefinition(ofPairs), /tokenize|sampling/);
    assert.deepEqual(parseDefinition(printDefinition(ofPairs), 'printed.yaml'), ofPairs);
  });
});

describe('loadDefinition', () => {
  test('reads a file, and names it in problems', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    try {
      const path = join(folder, 'job.yaml');
      await writeFile(path, GOOD);
      assert.equal((await loadDefinition(path)).name, 'enwiki');
      await writeFile(path, 'source: { files: a.txt }\ntrain: { epocs: 3 }\n');
      await assert.rejects(loadDefinition(path), {
        message: new RegExp(`^${path}:2:10: train\\.epocs: unknown key`),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('says so where there is no such file', async () => {
    await assert.rejects(
      loadDefinition('no/such.yaml'),
      (error) =>
        error instanceof WordmillError && error.kind === 'noInput' && /no such file/.test(error.message),
    );
  });
});

describe('what is wrong with a definition', () => {
  test('is told with file, line, column, key, what is allowed and what stands there', () => {
    assert.deepEqual(problems('source: { files: a.txt }\ntrain:\n  dimensions: 0\n'), [
      'job.yaml:3:15: train.dimensions: must be a whole number from 1 to 65536, not 0',
    ]);
    assert.deepEqual(problems('source: { files: a.txt }\ntrain:\n  epochs: many\n'), [
      "job.yaml:3:11: train.epochs: must be a whole number from 1 to 1000000, not 'many'",
    ]);
    assert.deepEqual(problems('{\n  "source": { "stdin": "yes" }\n}'), [
      "job.yaml:2:24: source.stdin: must be true or false, not 'yes'",
    ]);
  });

  test('is told all at once, in the order of the text', () => {
    const found = problems(
      'source: { fils: a }\ntrain:\n  epochs: 1.5\n  loss: hinge\nsinks: [{ glove: 3 }]\nfoo: 1\n',
    );
    assert.deepEqual(
      found.map((problem) => problem.split(': ').slice(0, 2).join(' ')),
      [
        'job.yaml:1:1 source',
        'job.yaml:1:11 source.fils',
        'job.yaml:3:11 train.epochs',
        'job.yaml:4:9 train.loss',
        'job.yaml:5:18 sinks[0].glove',
        'job.yaml:6:1 foo',
      ],
    );
  });

  test('names the nearest right key', () => {
    const hint = (text: string) => problems(`source: { stdin: true }\n${text}`)[0]!.split('\n  ')[1];
    assert.equal(hint('train: { epoch_: 3 }'), 'Here it is called epochs');
    assert.equal(hint('train: { epocs: 3 }'), "Did you mean 'epochs'?");
    assert.equal(hint('train: { learning_rate: 3 }'), "Did you mean 'learningRate'?");
    assert.equal(hint('tokenise: {}'), "Did you mean 'tokenize'?");
    assert.equal(hint('sinks: [{ glov: a.txt }]'), "Did you mean 'glove'?");
  });

  test('names the right section of a key that stands in a wrong one', () => {
    const hint = (text: string) => problems(`source: { stdin: true }\n${text}`)[0]!.split('\n  ')[1];
    assert.equal(hint('train: { window: 3 }'), 'It belongs to another section: sampling.window');
    assert.equal(hint('dimensions: 3'), 'It belongs to another section: train.dimensions');
  });

  test('gives the name here of what word2vec, fastText, GloVe and gensim call otherwise', () => {
    const cases: [string, string][] = [
      ['size', 'dimensions'],
      ['vector_size', 'dimensions'],
      ['iter', 'epochs'],
      ['alpha', 'learningRate'],
      ['lr', 'learningRate'],
      ['workers', 'threads'],
      ['min_count', 'It belongs to another section: vocabulary.minCount'],
      ['sample', 'sampling.subsample'],
      ['ws', 'sampling.window'],
      ['sg', 'model: skipgram'],
      ['hs', 'loss: hierarchical'],
    ];
    for (const [name, expected] of cases) {
      const [, hint] = problems(`source: { stdin: true }\ntrain: { ${name}: 3 }`)[0]!.split('\n  ');
      assert.equal(hint, expected.startsWith('It') ? expected : `Here it is called ${expected}`, name);
    }
    assert.match(
      problems('source: { stdin: true }\ntrain: { wordNgrams: 3 }')[0]!,
      /no such key: n-grams of words are for classifying text/,
    );
  });

  test('a duplicate key is a problem, wherever it stands', () => {
    assert.deepEqual(problems('train: { epochs: 1 }\nsource: { stdin: true }\ntrain: { epochs: 2 }\n'), [
      'job.yaml:3:1: the key train stands in this section twice; keep one of the two',
    ]);
    assert.deepEqual(problems('{"source": {"stdin": true},\n "train": {"epochs": 1, "epochs": 2}}'), [
      'job.yaml:2:25: the key epochs stands in this section twice; keep one of the two',
    ]);
  });

  test('a duplicate key hides no other problem; the last of the two is looked at', () => {
    assert.deepEqual(
      problems('source: { stdin: true }\ntrain:\n  epochs: 1\n  epocs: 2\n  epochs: many\n  "epochs": 0\n'),
      [
        "job.yaml:4:3: train.epocs: unknown key 'epocs'\n  Did you mean 'epochs'?",
        'job.yaml:5:3: the key epochs stands in this section twice; keep one of the two',
        'job.yaml:6:3: the key epochs stands in this section twice; keep one of the two',
        'job.yaml:6:13: train.epochs: must be a whole number from 1 to 1000000, not 0',
      ],
    );
  });

  test('broken YAML is told with its place', () => {
    const [problem] = problems('source: { files: [a.txt }\n');
    assert.match(problem!, /^job\.yaml:1:\d+: not valid YAML or JSON: /);
  });

  test('a definition needs exactly one input', () => {
    assert.deepEqual(problems('source: { unit: lines }'), [
      'job.yaml:1:1: source: needs files, stdin: true, pairs or cooccurrence',
    ]);
    const [missing, ...others] = problems('name: x');
    assert.match(missing!, /^job\.yaml:1:1: source: is missing; it must be an object with files, stdin, /);
    assert.deepEqual(others, []);
    assert.deepEqual(problems('source:\n  files: a\n  stdin: true'), [
      'job.yaml:3:10: source.stdin: files and stdin exclude each other; keep one',
    ]);
    assert.match(problems('')[0]!, /^job\.yaml: this definition is empty/);
    assert.match(problems('- source')[0]!, /must be an object with name, source/);
  });

  test('what has no effect on pairs is refused', () => {
    assert.match(
      problems('source: { pairs: p.txt }\ntrain: { model: cbow }')[0]!,
      /^job\.yaml:2:17: train\.model: cbow cannot be trained on pairs/,
    );
    assert.deepEqual(problems('source: { pairs: p.txt }\nsampling: { window: 2 }'), [
      'job.yaml:2:1: sampling: has no effect on pairs, which are drawn already; leave it out',
    ]);
  });
});

describe('overrides', () => {
  test('take the place of keys, with values in YAML, and may add keys and list entries', () => {
    const definition = parseDefinition(GOOD, 'job.yaml', {
      set: [
        'train.epochs=1',
        'source.files=[a.txt, b.txt]',
        'sinks.1.word2vec=new.bin',
        'name=other',
        'escapeWords=true',
      ],
    });
    assert.equal(definition.train.epochs, 1);
    assert.equal(definition.train.dimensions, 300);
    assert.deepEqual(definition.source.files, ['a.txt', 'b.txt']);
    assert.deepEqual(definition.sinks, [{ glove: 'out/enwiki.txt' }, { word2vec: 'new.bin' }]);
    assert.deepEqual([definition.name, definition.escapeWords], ['other', true]);
  });

  test('a glob without quotes is answered with its place', () => {
    assert.deepEqual(problems('source:\n  files: *.txt'), [
      'job.yaml:2:10: there is no anchor for the alias *.txt; a text that begins with * needs quotes',
    ]);
  });

  test('a value that begins with a star is a glob, not an alias', () => {
    const files = (value: string) =>
      parseDefinition(GOOD, 'job.yaml', { set: [`source.files=${value}`] }).source.files;
    assert.equal(files('*.txt'), '*.txt');
    assert.deepEqual(files('["*.txt", a.txt]'), ['*.txt', 'a.txt']);
    assert.throws(() => files('[*.txt]'), { kind: 'usage' });
  });

  test('null takes a key out, so that its default holds', () => {
    assert.equal(
      parseDefinition(GOOD, 'job.yaml', { set: ['vocabulary.minCount=null'] }).vocabulary.minCount,
      5,
    );
  });

  test('problems with them name the override', () => {
    assert.deepEqual(problems(GOOD, { set: ['train.dimensions=ten', 'train.epocs=1'] }), [
      "--set train.dimensions=ten: must be a whole number from 1 to 65536, not 'ten'",
      "--set train.epocs=1: unknown key 'epocs'\n  Did you mean 'epochs'?",
    ]);
    for (const [set, message] of [
      ['train.epochs', /^--set train\.epochs: needs a key and a value/],
      ['train.epochs=', /^--set train\.epochs=: needs a key and a value/],
      ['train.epochs=[1', /^--set train\.epochs=\[1: the value is not valid YAML/],
      ['name.first=x', /^--set name\.first=x: a plain value stands where first would go/],
    ] as const) {
      assert.throws(() => parseDefinition(GOOD, 'job.yaml', { set: [set] }), { message });
    }
  });

  test('standard input takes the place of the files, keeping how they are read', () => {
    const text = 'source: { files: a.txt, unit: paragraphs }';
    const { files, stdin, unit } = parseDefinition(text, 'job.yaml', { stdin: true }).source;
    assert.deepEqual({ files, stdin, unit }, { files: undefined, stdin: true, unit: 'paragraphs' });
    assert.equal(parseDefinition('source: { pairs: p.txt }', 'job.yaml', { stdin: true }).source.pairs, '-');
  });
});
