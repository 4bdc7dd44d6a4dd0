import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { conllSentences, type ReadConllSettings, readConll } from '../../src/formats/conll.js';
import type { ConllSentence } from '../../src/formats/conll-parser.js';
import { conllColumns, conllWithPrediction, taggedJsonLine } from '../../src/formats/tagged-text.js';
import { fileIn, temporaryFolder } from './support.js';

type Settings = Omit<ReadConllSettings, 'file'>;

async function all(sentences: AsyncIterable<ConllSentence>): Promise<ConllSentence[]> {
  const list: ConllSentence[] = [];
  for await (const sentence of sentences) list.push(sentence);
  return list;
}

const read = (content: string | Uint8Array, settings: Settings = {}) =>
  all(conllSentences([Buffer.from(content)], { file: 'x.conll', ...settings }));

const pairs = (sentences: readonly ConllSentence[]) =>
  sentences.map(({ tokens, tags }) => tokens.map((token, index) => `${token}/${tags[index]}`).join(' '));

async function fails(
  content: string | Uint8Array,
  line: number | undefined,
  message: RegExp,
  settings?: Settings,
) {
  await assert.rejects(read(content, settings), (error: unknown) => {
    assert.ok(error instanceof WordmillError, String(error));
    assert.equal(error.kind, 'data');
    assert.match(error.message, message);
    assert.deepEqual(error.place, line === undefined ? { file: 'x.conll' } : { file: 'x.conll', line });
    return true;
  });
}

describe('reading CoNLL columns', () => {
  test('two columns at spaces; empty lines end sentences; lines count from 1', async () => {
    assert.deepEqual(await read('Sally B-PER\nsings O\n\n\nIn O\nRome B-LOC\n\n'), [
      {
        tokens: ['Sally', 'sings'],
        tags: ['B-PER', 'O'],
        lines: [1, 2],
        rows: ['Sally B-PER', 'sings O'],
        preceding: [],
        document: 1,
      },
      {
        tokens: ['In', 'Rome'],
        tags: ['O', 'B-LOC'],
        lines: [5, 6],
        rows: ['In O', 'Rome B-LOC'],
        preceding: [],
        document: 1,
      },
    ]);
  });

  test('\\r\\n, a byte order mark, no last line end, lines of white space only, several spaces', async () => {
    assert.deepEqual(pairs(await read('\ufeffa O\r\nb  I-X \r\n \t \r\nc O')), ['a/O b/I-X', 'c/O']);
  });

  test('in a line with a tab, tabs alone part columns', async () => {
    assert.deepEqual(pairs(await read('New York\tB-LOC\n10\u00a0000\tO\n\t\n#tag\tO\n')), [
      'New York/B-LOC 10\u00a0000/O',
      '#tag/O',
    ]);
  });

  test('token and tag from any column, counted from the front or from the end', async () => {
    const four = 'EU NNP I-NP B-ORG\nrejects VBZ I-VP O\n';
    assert.deepEqual(pairs(await read(four)), ['EU/B-ORG rejects/O']);
    assert.deepEqual(pairs(await read(four, { tagColumn: -2 })), ['EU/I-NP rejects/I-VP']);
    assert.deepEqual(pairs(await read(four, { tokenColumn: 2, tagColumn: 4 })), ['NNP/B-ORG VBZ/O']);
    const untagged = await read('EU\nrejects\n', { withTags: false });
    assert.deepEqual([untagged[0]!.tokens, untagged[0]!.tags], [['EU', 'rejects'], []]);
  });

  test('-DOCSTART- lines begin documents, at the start of the file or between', async () => {
    const documents = async (text: string) => (await read(text)).map(({ document }) => document);
    assert.deepEqual(await documents('-DOCSTART- -X- O\n\na b O\n\nc b O\n-DOCSTART-\nd b O\n'), [1, 1, 2]);
    assert.deepEqual(
      await documents('a O\n\n-DOCSTART- O\n\nb O\n\n-DOCSTART- O\n\n-DOCSTART- O\n\nc O\n'),
      [1, 2, 3],
    );
  });

  test('comments only where asked for', async () => {
    const text = '# text = a\na O\n# within\nb O\n';
    await fails(text, 2, /this line has 2 columns, those before it 4/);
    const [sentence] = await read(text, { comments: true });
    assert.deepEqual(
      [sentence!.tokens, sentence!.lines, sentence!.preceding],
      [
        ['a', 'b'],
        [2, 4],
        ['# text = a', '# within'],
      ],
    );
  });

  test('cut anywhere, within characters too, the sentences are the same', async () => {
    const bytes = Buffer.from('\ufeffÄpfel\tO\r\n\u{1f600}\tB-\u00c9\r\n\r\n-DOCSTART-\tO\n\nz\tO');
    const whole = await read(bytes);
    assert.equal(whole.length, 2);
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const second of [cut, cut + 1, bytes.length]) {
        const chunks = [bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)];
        assert.deepEqual(
          await all(conllSentences(chunks, { file: 'x.conll' })),
          whole,
          `cut at ${cut}, ${second}`,
        );
      }
    }
    const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    assert.deepEqual(await all(conllSentences(single, { file: 'x.conll' })), whole);
  });

  test('a sentence is given before the rest is read', async () => {
    async function* endless() {
      for (;;) yield Buffer.from('a O\n\n');
    }
    const iterator = conllSentences(endless(), { file: 'x' });
    assert.deepEqual((await iterator.next()).value?.tokens, ['a']);
    await iterator.return(undefined);
  });
});

describe('what is wrong in a CoNLL file is said with file and line', () => {
  test('a missing column: how many there are, which is wanted', async () => {
    await fails('a O\n\nb\n', 3, /this line has 1 column, those before it 2/);
    await fails('a O\n', 1, /this line has 2 columns; the tag is wanted from column 4\n.*tagColumn/, {
      tagColumn: 4,
    });
    await fails('a O\n', 1, /has 2 columns; the token is wanted from column -3 \(from the last\)/, {
      tokenColumn: -3,
    });
    await fails('just\nwords\n', 1, /this line has 1 column: token and tag would be the same one, column 1/);
    await fails('a O\nb x O\n', 2, /this line has 3 columns, those before it 2/);
    await fails('a\tO\nb\t\n', 2, /column 2 of 2 is empty/);
    await fails('\tO\n', 1, /column 1 of 2 is empty/);
  });

  test('nothing to read', async () => {
    for (const text of ['', '\n\n', '\ufeff', '-DOCSTART- O\n\n']) {
      await fails(text, undefined, /there is no sentence in this file/);
    }
  });

  test('what is not UTF-8', async () => {
    await fails(Buffer.from([0x61, 0x20, 0x4f, 10, 0xe9, 0x20, 0x4f, 10]), 2, /not UTF-8/);
    await fails(Buffer.from('\ufeffa O\n', 'utf16le'), 1, /not UTF-8/);
  });

  test('a line or a sentence without end', async () => {
    await fails(`a O\n${'x'.repeat(2 ** 20 + 1)}`, 2, /a line of more than 1 MB/);
    await fails('a O\n'.repeat(100_001), 100_001, /no empty line ended the sentence within 100000 tokens/);
    assert.equal((await read('a O\n'.repeat(100_000)))[0]!.tokens.length, 100_000);
  });

  test('an impossible column is an error of usage', async () => {
    for (const settings of [{ tagColumn: 0 }, { tokenColumn: 1.5 }]) {
      await assert.rejects(read('a O\n', settings), {
        kind: 'usage',
        message: /must be a whole number from 1/,
      });
    }
  });

  test('no such file, and a folder', async () => {
    await assert.rejects(all(readConll('/none/such.conll')), { kind: 'noInput' });
    await assert.rejects(all(readConll('/tmp')), { kind: 'inputOutput' });
  });
});

describe('writing tagged text', () => {
  test('the columns that were read, and one more; document starts and comments stay', async () => {
    const text = '-DOCSTART- -X- O\n\n# one\nEU NNP I-ORG\nis VBZ O\n\nSo RB O\n\n-DOCSTART-\n\nNo\tRB\tO\n';
    const sentences = await read(text, { comments: true });
    assert.equal(
      sentences
        .map((sentence) =>
          conllWithPrediction(
            sentence,
            sentence.tokens.map((_, i) => `T${i}`),
          ),
        )
        .join(''),
      '-DOCSTART- -X- O O\n\n# one\nEU NNP I-ORG T0\nis VBZ O T1\n\nSo RB O T0\n\n-DOCSTART-\tO\tO\tO\n\nNo\tRB\tO\tT0\n\n',
    );
  });

  test('a comment within a sentence comes before it; what follows the last sentence is left out', async () => {
    const sentences = await read('a O\n# within\nb O\n\n# last\n', { comments: true });
    assert.deepEqual(
      sentences.map((sentence) => conllWithPrediction(sentence, ['X', 'Y'])),
      ['# within\na O X\nb O Y\n\n'],
    );
  });

  test('token and tag; a token that the line cannot carry is refused', () => {
    assert.equal(conllColumns(['a', 'b'], ['O', 'B-X']), 'a O\nb B-X\n\n');
    assert.equal(conllColumns(['a b'], ['O'], '\t'), 'a b\tO\n\n');
    for (const token of ['a b', '', 'a\tb', 'a\nb', '-DOCSTART-']) {
      assert.throws(() => conllColumns([token], ['O']), { kind: 'data' }, JSON.stringify(token));
    }
    assert.throws(() => conllColumns([' a'], ['O'], '\t'), { kind: 'data' });
    assert.throws(() => conllColumns(['a'], []), { kind: 'internal' });
  });

  test('a line of JSON with entities and their texts', () => {
    assert.equal(
      taggedJsonLine(['In', 'New', 'York'], ['O', 'B-LOC', 'I-LOC'], [{ type: 'LOC', start: 1, end: 3 }]),
      '{"tokens":["In","New","York"],"tags":["O","B-LOC","I-LOC"],' +
        '"entities":[{"type":"LOC","start":1,"end":3,"text":"New York"}]}\n',
    );
  });

  test('random sentences come back, with spaces and with tabs', async () => {
    const random = new Random(11);
    const letters = ['a', 'Z', '9', '#', '-', '"', 'é', '漢', '\u{1f600}', '\u00a0', '\ufeff', '\u2028'];
    const word = () =>
      Array.from({ length: 1 + random.below(4) }, () => letters[random.below(letters.length)]).join('');
    for (let round = 0; round < 30; round++) {
      const sentences = Array.from({ length: 1 + random.below(4) }, () =>
        Array.from({ length: 1 + random.below(5) }, () => [`t${word()}`, `B-${word()}`] as const),
      );
      for (const separator of [' ', '\t'] as const) {
        const text = sentences.map((rows) =>
          conllColumns(
            rows.map(([token]) => token),
            rows.map(([, tag]) => tag),
            separator,
          ),
        );
        const back = await read(text.join(''));
        assert.deepEqual(
          back.map(({ tokens, tags }) => tokens.map((token, index) => [token, tags[index]])),
          sentences,
        );
      }
    }
  });
});

const ner = fileURLToPath(new URL('../../../shared/data/ner/', import.meta.url));

describe('the shared files', { skip: existsSync(ner) ? false : 'there is no ../shared/data/ner' }, () => {
  test('WikiGold and WNUT-17 have the sentences and tokens that awk counts', async () => {
    // awk 'NF==2 && !/^-DOCSTART-/ {t++; if (!s) {n++; s=1}} NF==0 || /^-DOCSTART-/ {s=0} END {print n, t}'
    const expected = { wikigold: [1696, 39007], 'wnut17-train': [3394, 62730], 'wnut17-dev': [1009, 15733] };
    for (const [name, counts] of Object.entries(expected)) {
      const sentences = await all(readConll(join(ner, `${name}.conll`)));
      const tokens = sentences.reduce((sum, sentence) => sum + sentence.tokens.length, 0);
      assert.deepEqual([sentences.length, tokens], counts, name);
      if (name === 'wikigold') assert.equal(sentences.at(-1)!.document, 145);
    }
  });
});

test('a file is read from its path', async () => {
  const put = fileIn(temporaryFolder());
  assert.deepEqual(pairs(await all(readConll(put('a O\nb O\n')))), ['a/O b/O']);
});
