import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BINARY, failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

/** What is expected of a bad call: it says so, ends with this code, and leaves the outputs of earlier runs alone. */
interface Case {
  readonly what: string;
  /** Follows `wordmill train`; `OUT` is an output that is there already. */
  readonly args: string;
  readonly code: number;
  readonly message: RegExp;
  readonly input?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'no input',
    args: '--glove OUT',
    code: 2,
    message: /no input is given\n {2}.*- reads text from standard input/,
  },
  {
    what: 'no such file',
    args: 'corpus.tx --glove OUT',
    code: 66,
    message: /corpus\.tx: .*\n {2}Did you mean corpus\.txt\?/,
  },
  {
    what: 'a glob without files',
    args: 'none/*.txt --glove OUT',
    code: 66,
    message: /none\/\*\.txt: no file matches/,
  },
  { what: 'an empty corpus', args: 'empty.txt --glove OUT', code: 65, message: /the corpus is empty/ },
  { what: 'nothing on standard input', args: '- --glove OUT', code: 65, message: /the corpus is empty/ },
  {
    what: 'a vocabulary emptied by --min-count',
    args: 'corpus.txt --min-count 9999 --glove OUT',
    code: 65,
    message: /min-count.*\n {2}Lower/,
  },
  {
    what: 'invalid UTF-8 with --strict-utf8',
    args: 'latin1.txt --strict-utf8 --glove OUT',
    code: 65,
    message: /latin1\.txt:1 \(byte 3\).*UTF-8/,
  },
  { what: 'a truncated gzip file', args: 'cut.gz --glove OUT', code: 65, message: /cut\.gz .*cut off/ },
  {
    what: 'a missing output folder',
    args: 'corpus.txt --glove OUT --word2vec gone/v.bin',
    code: 73,
    message: /gone\/v\.bin: the folder of this output does not exist\n {2}.*mkdir -p gone/,
  },
  {
    what: 'a device as an output',
    args: 'corpus.txt --glove OUT --word2vec /dev/null',
    code: 73,
    message: /\/dev\/null: this is a device/,
  },
  {
    what: 'one output named twice',
    args: 'corpus.txt --glove OUT --word2vec ./OUT',
    code: 73,
    message: /two outputs/,
  },
  {
    what: 'an output that is an input too',
    args: 'corpus.txt OUT --glove OUT',
    code: 2,
    message: /OUT: this file would be read and then replaced by an output/,
  },
  {
    what: '--dimensions 0',
    args: 'corpus.txt --glove OUT --dimensions 0',
    code: 2,
    message: /^wordmill: --dimensions: must be a whole number from 1 to 65536, not 0$/m,
  },
  {
    what: '--dimensions ten',
    args: 'corpus.txt --glove OUT --dimensions ten',
    code: 2,
    message: /--dimensions: must be .* not 'ten'/,
  },
  {
    what: '--epochs 1.5',
    args: 'corpus.txt --glove OUT --epochs 1.5',
    code: 2,
    message: /--epochs: must be a whole number from 1 .* not 1\.5/,
  },
  {
    what: 'a choice that is none',
    args: 'corpus.txt --glove OUT --loss hinge',
    code: 2,
    message: /--loss: must be one of negative, hierarchical, softmax, sampled, leastSquares, not 'hinge'/,
  },
  {
    what: 'a flag given twice',
    args: 'corpus.txt --glove OUT --epochs 1 --epochs 2',
    code: 2,
    message: /--epochs: given more than once/,
  },
  {
    what: 'a flag without its value',
    args: 'corpus.txt --glove OUT --epochs',
    code: 2,
    message: /--epochs: a value is missing/,
  },
  {
    what: 'a mistyped flag',
    args: 'corpus.txt --glove OUT --epohcs 3',
    code: 2,
    message: /unknown flag --epohcs\n {2}Did you mean '--epochs'\?/,
  },
  {
    what: "word2vec.c's name of a flag",
    args: '-train corpus.txt --glove OUT',
    code: 2,
    message: /unknown flag -train\n {2}Files are given without a flag/,
  },
  {
    what: 'its dimensions',
    args: 'corpus.txt --glove OUT -size 100',
    code: 2,
    message: /unknown flag -size\n {2}Here it is --dimensions\./,
  },
  {
    what: "gensim's name of a flag",
    args: 'corpus.txt --glove OUT --vector_size 100',
    code: 2,
    message: /unknown flag --vector_size\n {2}Here it is --dimensions\./,
  },
  {
    what: 'no output',
    args: 'corpus.txt',
    code: 2,
    message:
      /no output .*\n {2}.*--glove FILE, --word2vec FILE, --word2vec-text FILE, .*--save-vocabulary FILE/,
  },
  { what: '- among files', args: 'corpus.txt - --glove OUT', code: 2, message: /cannot be mixed with files/ },
  {
    what: 'pairs and files',
    args: 'corpus.txt --pairs - --glove OUT',
    code: 2,
    message: /--pairs: pairs take the place of text/,
  },
  {
    what: 'pairs of one column',
    args: '--pairs - --glove OUT',
    input: 'a b\nc\n',
    code: 65,
    message: /standard input:2: /,
  },
  {
    what: 'a vocabulary file that is none',
    args: 'corpus.txt --read-vocabulary corpus.txt --glove OUT',
    code: 65,
    message: /corpus\.txt:1: /,
  },
  {
    what: 'an engine that does not train the model',
    args: 'corpus.txt --engine native --model cbow --loss sampled --glove OUT',
    code: 2,
    message: /engine native does not train cbow .*\n {2}What works: /,
  },
];

describe('bad input', { skip: notBuilt, concurrency: 2 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  const start = process.cwd();
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    const write = (name: string, data: string | Uint8Array) => writeFile(join(folder, name), data);
    await write('corpus.txt', smallCorpus());
    await write('empty.txt', '');
    await write('latin1.txt', Buffer.from('caf\xe9 au lait\n', 'latin1'));
    await write('cut.gz', gzipSync(smallCorpus()).subarray(0, 60));
    await mkdir(join(folder, 'none'));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(start);
    return remove();
  });

  const run = (line: string, input = '') => wordmill(line.split(' '), { cwd: folder, input });

  for (const [number, { what, args, code, message, input }] of CASES.entries()) {
    test(`${what}: exit code ${code}, and nothing is written`, async () => {
      const own = `case-${number}`;
      await mkdir(join(folder, own));
      await writeFile(join(folder, own, 'OUT'), 'earlier');
      const line = `train ${args.replaceAll('OUT', `${own}/OUT`)}`;
      // A wrong flag is found before there is any work, whose end a process of its own would show.
      const outcome = await (code === 2 ? failingCall(line.split(' ')) : run(line, input));
      assert.match(outcome.stderr, message);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.equal(outcome.stdout, '');
      assert.doesNotMatch(outcome.stderr, /^ +at /m);
      assert.deepEqual(await readdir(join(folder, own)), ['OUT']);
      assert.equal(await readFile(join(folder, own, 'OUT'), 'utf8'), 'earlier');
    });
  }

  test('invalid UTF-8 is replaced, with a warning', async () => {
    const outcome = await run('train latin1.txt --min-count 1 --dimensions 3 --glove replaced.txt');
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stderr, /warning: latin1\.txt.*byte 3.*not UTF-8; replaced by U\+FFFD/);
  });

  test('an unreadable file in a glob is named', {
    skip: process.getuid?.() === 0 && 'root may read all',
  }, async () => {
    await mkdir(join(folder, 'locked'));
    await writeFile(join(folder, 'locked', 'a.txt'), 'a');
    await chmod(join(folder, 'locked', 'a.txt'), 0);
    const outcome = await run('train locked/*.txt --glove locked/v.txt');
    assert.equal(outcome.code, 66, outcome.stderr);
    assert.match(outcome.stderr, /locked\/a\.txt: .*permission/);
  });

  test('more threads than sentences, and a corpus of one word, are trained', async () => {
    const threads = await run(
      'train - --min-count 1 --threads 64 --dimensions 3 --glove threads.txt',
      'a b a b\n',
    );
    assert.equal(threads.code, 0, threads.stderr);
    const word = await run('train - --min-count 1 --dimensions 3 --glove word.txt', 'one one one\n');
    assert.equal(word.code, 0, word.stderr);
    assert.match(await readFile(join(folder, 'word.txt'), 'utf8'), /^one( -?\S+){3}\n<unk>( -?\S+){3}\n$/);
  });

  test('a definition is refused before any work starts, with every place', async () => {
    await writeFile(
      join(folder, 'bad.yaml'),
      'source: { files: corpus.txt }\ntrain: { epochs: 1, epochs: 2 }\n',
    );
    const duplicate = await run('run bad.yaml');
    assert.equal(duplicate.code, 2);
    assert.match(duplicate.stderr, /^wordmill: bad\.yaml:2:21: the key epochs stands in this section twice/);
    await writeFile(
      join(folder, 'wrong.yaml'),
      'source: { files: corpus.txt }\ntrain: { size: 100, epochs: x }\n',
    );
    const wrong = await run('check wrong.yaml');
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.stderr,
      /wrong\.yaml:2:10: train\.size: unknown key 'size'\n {2}Here it is called dimensions/,
    );
    assert.match(wrong.stderr, /wrong\.yaml:2:29: train\.epochs: must be a whole number/);
    assert.equal((await failingCall(['run', 'no-such.yaml'])).code, 66);
    const operand = await failingCall(['run', 'bad.yaml', 'corpus.txt']);
    assert.deepEqual([operand.code, /only - \(standard input\) can follow/.test(operand.stderr)], [2, true]);
  });

  test('help as a command is answered with the flag', async () => {
    const outcome = await run('help train');
    assert.deepEqual(
      [outcome.code, outcome.stderr],
      [2, 'wordmill: unknown command help\n  See wordmill --help\n'],
    );
  });

  test('a definition of another kind is answered with the command that takes it', async () => {
    for (const [name, answer] of [
      [
        'tagger',
        /:22:\d+: output: this is the definition of a tagger, not of word vectors\n {2}Run it by wordmill tag train\.\n$/,
      ],
      [
        'language-model',
        /output: this is the definition of a language model.*\n {2}Run it by wordmill lm train\.\n$/,
      ],
    ] as const) {
      const outcome = await failingCall(['run', join(BINARY, `../../pipelines/${name}.yaml`)]);
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, answer);
    }
  });

  test('an unknown command is answered with the nearest', async () => {
    const outcome = await run('trian corpus.txt');
    assert.deepEqual(
      [outcome.code, outcome.stderr],
      [2, 'wordmill: unknown command trian\n  Did you mean wordmill train?\n'],
    );
  });
});
