import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WordmillError } from '../../src/core/errors.js';
import { openContext } from '../../src/core/run.js';
import { tokenize } from '../../src/tokenize/tokenize.js';
import { tokenizeText, wordsOf } from './helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'wordmill-modules-'));
after(() => rmSync(folder, { recursive: true }));

/** A module that ships as an example; its path relative to the working directory. */
function example(name: string): string {
  return relative('.', fileURLToPath(new URL(`../data/tokenize/${name}`, import.meta.url)));
}

function written(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

test('a module may give a function from text to words', async () => {
  const { sentences, report } = await tokenizeText('私は学生です。\nOK\n', {
    module: example('segmenter.mjs'),
  });
  assert.deepEqual(sentences, [['私', 'は', '学生', 'です'], ['ok']]);
  assert.deepEqual(report.warnings, []);
});

test('a module may give a stage that yields arrays of words by sentence', async () => {
  const { sentences, report } = await tokenizeText(['Ah YES, No 12\n', '\nb\n'], {
    module: example('clauses.mjs'),
    foldNumbers: true,
  });
  assert.deepEqual(sentences, [['ah', 'yes'], ['no', '00'], ['b']]);
  assert.equal(report.stages.tokenize?.counts.sentences, 3);
  assert.equal(report.stages.tokenize?.counts.tokens, 5);
  assert.deepEqual(report.stages.clauses?.counts, { blocks: 2 });
});

test('a stage is given the text as it stands with normalize none and lowercase false', async () => {
  const settings = { module: example('clauses.mjs'), normalize: 'none', lowercase: false } as const;
  assert.deepEqual(await wordsOf('Cafe\u0301', settings), ['Cafe\u0301']);
});

test('a plain function whose property `stage` is true is a stage, and may yield token blocks', async () => {
  assert.deepEqual((await tokenizeText('A b', { module: example('marked-stage.mjs') })).sentences, [['a b']]);
});

test('what a stage gives is cut into sentences, and tokens that are too long are dropped, like any other', async () => {
  const module = written(
    'long.mjs',
    `export default async function* (input) {
    for await (const _ of input) yield [['a', 'b', '', 'c'], [], ['x'.repeat(1001), 'd']];
  }`,
  );
  const { sentences, report } = await tokenizeText('?\n', { module, maxSentence: 2 });
  assert.deepEqual(sentences, [['a', 'b'], ['c'], ['d']]);
  assert.deepEqual(report.stages.tokenize?.dropped, { 'longer than 1,000 bytes': 1 });
});

const FAILURES: [string, string, string | undefined, RegExp][] = [
  ['is missing', 'missing.mjs', undefined, /there is no such tokenizing module/],
  ['does not parse', 'broken.mjs', 'export default (', /cannot be loaded: Unexpected/],
  [
    'throws while it loads',
    'throws.mjs',
    "throw new Error('no model file')",
    /cannot be loaded: no model file/,
  ],
  [
    'imports what is missing',
    'imports.mjs',
    "import './nowhere.mjs'",
    /cannot be loaded: Cannot find module.*nowhere/,
  ],
  ['exports no default', 'named.mjs', 'export const words = () => []', /default export .* is undefined/],
  ['exports an object', 'object.mjs', 'export default { split() {} }', /default export .* is an object/],
];
for (const [what, name, code, message] of FAILURES) {
  test(`a module that ${what} is a usage error that names the file, before any input is read`, async () => {
    const module = code === undefined ? join(folder, name) : written(name, code);
    const { context, close } = openContext();
    // biome-ignore lint/correctness/useYield: it fails the test when it is read at all.
    const unread = (async function* (): AsyncGenerator<never> {
      assert.fail('the input was read');
    })();
    const blocks = tokenize({ module })(unread, context)[Symbol.asyncIterator]();
    await assert.rejects(blocks.next(), isUsageError(module, message));
    await close();
  });
}

test('a function of a module that gives something else than words is a usage error that names the file', async () => {
  const module = written(
    'plain-stage.mjs',
    'export default (input) => (async function* () { yield* input; })();',
  );
  await assert.rejects(
    wordsOf('a', { module }),
    isUsageError(module, /an object that cannot be iterated\n.*stage: true/),
  );
});

test('a stage of a module that yields something else than tokens is a usage error that names the file', async () => {
  const module = written('ids.mjs', 'export default async function* (input) { yield [1, 2]; }');
  await assert.rejects(wordsOf('a', { module }), isUsageError(module, /gave a batch of another kind/));
});

test('a stage of a module that yields a block whose ends do not fit together is refused', async () => {
  const module = written(
    'ends.mjs',
    'const [bytes, tokenEnds, sentenceEnds] = [Uint8Array.of(97), Uint32Array.of(1), Uint32Array.of(2)];' +
      'export default async function* () { yield { bytes, tokenEnds, sentenceEnds }; }',
  );
  await assert.rejects(wordsOf('a', { module }), { kind: 'data', message: /do not fit together/ });
});

function isUsageError(file: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WordmillError);
    assert.equal(error.kind, 'usage');
    assert.equal(error.place?.file, file);
    assert.match(error.message, message);
    return true;
  };
}
