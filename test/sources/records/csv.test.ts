import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import type { SourceOptions } from '../../../src/sources/options.js';
import { dialectOf } from '../../../src/sources/records/csv-dialect.js';
import { CsvScanner, type ScannedRow } from '../../../src/sources/records/csv-scanner.js';
import { textBlocks } from '../../../src/sources/text-blocks.js';
import { peerPython } from '../../support/peers.js';
import { failsWith, inChunks, type Outcome, read, readWithOrigins } from '../helpers.js';
import { generator } from './generator.js';

const CHUNKS = [1, 2, 3, 5, 1000];
const SIZES = { blockBytes: 16, longestUnit: 1000 };

/** Reads a file in chunks of 1 to 5 bytes and of 1,000, expecting the same units; gives the last outcome. */
async function everyChunking(
  content: string | Uint8Array,
  expected: readonly string[],
  options: Partial<SourceOptions> = {},
  name = 'a.csv',
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  for (const chunk of CHUNKS) {
    outcome = await readWithOrigins((_input, context) =>
      textBlocks([{ name, chunks: inChunks(Buffer.from(content as string), chunk) }], options, context, {
        sizes: SIZES,
      }),
    );
    assert.deepEqual(outcome.text.split('\n').slice(0, -1), expected, `chunks of ${chunk}`);
  }
  return outcome!;
}

/** The same, expecting an error of kind `data`. */
async function failing(content: string, options: Partial<SourceOptions>, ...patterns: RegExp[]) {
  const inputs = [{ name: 'a.csv', chunks: inChunks(Buffer.from(content), 3) }];
  await assert.rejects(
    read((_input, context) => textBlocks(inputs, options, context)),
    failsWith('data', ...patterns),
  );
}

describe('columns', () => {
  const CSV = 'id,title,body\n1,One,first text\n2,Two,second text\n';

  test('chosen by name, by number, by both, in the order of the choice', async () => {
    await everyChunking(CSV, ['first text', 'second text'], { columns: 'body' });
    await everyChunking(CSV, ['One', 'Two'], { columns: 2 });
    await everyChunking(CSV, ['first text One', 'second text Two'], { columns: 'body, title' });
    await everyChunking(CSV, ['first text 1', 'second text 2'], { columns: ['body', 1] });
    await everyChunking(CSV, ['first text One', 'second text Two'], { columns: '3,2' });
  });

  test('a name that is a number goes before the number; a list may have commas in names', async () => {
    await everyChunking('3,2,1\na,b,c\n', ['a'], { columns: '3' });
    await everyChunking('3,2,1\na,b,c\n', ['c'], { columns: 3 });
    await everyChunking('"x, y",z\na,b\n', ['a'], { columns: ['x, y'] });
  });

  test('without a choice: the only one, or the one called text', async () => {
    await everyChunking('sentence\na b\nc\n', ['a b', 'c']);
    await everyChunking('id,text\n1,a b\n', ['a b']);
    await failing(CSV, {}, /^a\.csv:1: which of its columns hold text is not said/, /'id', 'title', 'body'/);
  });

  test('without names in the first row, they are numbered', async () => {
    await everyChunking('1,a b\n2,c\n', ['a b', 'c'], { header: false, columns: 2 });
    await everyChunking('a b\nc\n', ['a b', 'c'], { header: false });
    await failing(
      '1,a\n',
      { header: false, columns: 'body' },
      /columns have no names here/,
      /There are 2 columns/,
    );
    await failing('a\n', { header: false, columns: 2 }, /there is no column 2/, /There is 1 column, by/);
  });

  test('one that is missing is an error that names what there is, and what was meant', async () => {
    await failing(
      CSV,
      { columns: 'boddy' },
      /^a\.csv:1: there is no column 'boddy'/,
      /Did you mean 'body'\?/,
    );
    await failing(CSV, { columns: 'other' }, /names these: 'id', 'title', 'body'/);
    await failing(CSV, { columns: 4 }, /there is no column 4/);
    await failing('a,a\nx,y\n', { columns: 'a' }, /several columns are called 'a'/, /by number: 1 and 2/);
  });

  test('rows whose chosen cells are empty give nothing, and are counted', async () => {
    const { counts, dropped, rejected } = await everyChunking('id,text\n1,\n2,"  "\n3,a\n', ['a']);
    assert.equal(counts.records, 3);
    assert.deepEqual(dropped, { 'without text': 2 });
    assert.deepEqual(rejected[0], { source: 'a.csv', line: 2, reason: 'without text', text: '1,' });
  });

  test('of several chosen cells, empty ones leave no gap', async () => {
    await everyChunking('a,b,c\n,x,\ny,,z\n', ['x', 'y z'], { columns: 'a,b,c' });
  });
});

test('a file that would be read as text is refused where columns are chosen', async () => {
  for (const name of ['notes.txt', 'notes']) {
    const inputs = [{ name, chunks: inChunks(Buffer.from('id,text\n1,a\n'), 3) }];
    await assert.rejects(
      read((_input, context) => textBlocks(inputs, { columns: 'text' }, context)),
      failsWith(
        'usage',
        /^notes.*: source\.columns is given, but this file would be read as text/,
        /csv or tsv/,
      ),
    );
  }
});

test('the end of a name tells the format, that of compression left aside', async () => {
  for (const [name, text] of [
    ['A.CSV', 'n,text\n1,x\n'],
    ['a.csv.gz', 'n,text\n1,x\n'],
    ['a.tar: b.tsv', 'n\ttext\n1\tx\n'],
    ['a.ndjson.zst', '{"text":"x"}\n'],
  ] as const) {
    const inputs = [{ name, chunks: inChunks(Buffer.from(text), 3) }];
    assert.equal((await read((_input, context) => textBlocks(inputs, {}, context))).text, 'x\n');
  }
});

describe('cells', () => {
  test('quotes, doubled quotes, delimiters and line breaks inside quotes', async () => {
    const { places } = await everyChunking(
      'n,text\n1,"a, b"\n2,"say ""hi"""\n3,"two\nlines"\r\n4,"crlf\r\n\r\ninside"\n5,plain "quote" inside',
      ['a, b', 'say "hi"', 'two lines', 'crlf inside', 'plain "quote" inside'],
    );
    assert.deepEqual(places, ['a.csv:2', 'a.csv:3', 'a.csv:4', 'a.csv:6', 'a.csv:9']);
  });

  test('a cell of several lines can be several units', async () => {
    const csv = 'a,b\n"one\n\ntwo",three\n';
    await everyChunking(csv, ['one', 'two', 'three'], { columns: 'a,b', unit: 'lines' });
    const paragraphs = 'a,b\n"one\ntwo\n\nthree",four\n';
    await everyChunking(paragraphs, ['one two', 'three', 'four'], { columns: 'a,b', unit: 'paragraphs' });
  });

  test('a byte order mark, CRLF, a lone CR, blank lines, and no line end at the end', async () => {
    await everyChunking('\ufefftext,n\r\na,1\r\n\r\n  \r\nb,2\rc,3', ['a', 'b', 'c']);
    await everyChunking('', []);
    await everyChunking('text\n', []);
  });

  test('another delimiter, quote and escape', async () => {
    await everyChunking("a;text\n1;'x; y'\n", ['x; y'], { delimiter: ';', quote: "'" });
    await everyChunking('a|text\n1|"x| y"\n', ['x| y'], { delimiter: 'pipe' });
    await everyChunking('a,text\n1,"say \\"hi\\", \\\\ ok"\n', ['say "hi", \\ ok'], { escape: '\\' });
    await everyChunking('a,text\n1,"hi\n', ['"hi'], { quote: 'none' });
  });

  test('tabs: quotes are plain characters where they do not enclose a cell in its line', async () => {
    const tsv = 'n\ttext\n1\t"Hello," he said.\n2\t"not closed\n3\tends"\n4\t"in\tquotes"\n';
    const units = ['"Hello," he said.', '"not closed', 'ends"', 'in\tquotes'];
    const { dropped } = await everyChunking(tsv, units, {}, 'a.tsv');
    assert.deepEqual(dropped, {});
    await everyChunking('n\ttext\n1\t"two\nlines"\n', ['two lines'], { quote: '"' }, 'a.tsv');
    await everyChunking('n\ttext\n1\t"x"\n', ['"x"'], { quote: 'none' }, 'a.tsv.gz');
  });

  test('NUL and invalid UTF-8 are replaced as in text', async () => {
    const bad = Buffer.concat([Buffer.from('text\na\0b'), Buffer.of(0xff), Buffer.from('c\n')]);
    const { counts } = await everyChunking(bad, ['a b\ufffdc']);
    assert.deepEqual([counts.nulBytes, counts.replacedSequences], [1, 1]);
  });
});

describe('bad rows', () => {
  test('a wrong number of fields: counted and set aside, with line and reason', async () => {
    const csv = 'id,text\n1,a\n2\n3,b,c\n4,d\n';
    const { dropped, rejected, warnings } = await everyChunking(csv, ['a', 'd']);
    assert.deepEqual(dropped, { 'with a wrong number of fields': 2 });
    assert.deepEqual(rejected, [
      { source: 'a.csv', line: 3, reason: 'with a wrong number of fields: 1 in place of 2', text: '2' },
      { source: 'a.csv', line: 4, reason: 'with a wrong number of fields: 3 in place of 2', text: '3,b,c' },
    ]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^a\.csv:3: a record with a wrong number of fields: 1 in place of 2/);
  });

  test('a broken quote costs the line that it is in, and no other', async () => {
    const broken = [
      '2,"never closed', // up to the end of the file
      '2,"text" after the quote',
      '2,"opened, "and opened again"',
    ];
    for (const line of broken) {
      const csv = `id,text\n1,a\n${line}\n3,b\n4,"c, d"\n`;
      const { dropped, rejected, counts } = await everyChunking(csv, ['a', 'b', 'c, d']);
      assert.deepEqual(dropped, { 'with a broken quote': 1 }, line);
      assert.deepEqual(
        rejected.map((one) => [one.line, one.text]),
        [[3, line]],
      );
      assert.equal(counts.records, 4);
    }
  });

  test('a quote that is not closed in as many characters as a record may have costs its line', () => {
    const scanner = new CsvScanner(dialectOf('csv', {}), 20);
    const rows: ScannedRow[] = [];
    let line = 7;
    for (const text of ['1,"open\n', '2,text\n', '3,text\n', '4,"te\nxt"\n5,a\n']) {
      rows.push(...scanner.add(text, line));
      line += text.split('\n').length - 1;
      if (text.startsWith('2')) assert.deepEqual(rows, []);
    }
    assert.deepEqual(
      rows.map(({ line, text, problem }) => [line, text, problem !== undefined]),
      [
        [7, '1,"open', true],
        [8, '2,text', false],
        [9, '3,text', false],
        [10, '4,"te\nxt"', false],
        [12, '5,a', false],
      ],
    );
    assert.deepEqual([...scanner.end()], []);
  });

  test('strict: the first bad row is an error, with its place', async () => {
    const strict = { strictRecords: true };
    await failing(
      'id,text\n1,a\n2\n',
      strict,
      /^a\.csv:3: a record with a wrong number of fields: 1 in place of 2/,
    );
    await failing(
      'id,text\n1,"a\n2,b\n',
      strict,
      /^a\.csv:2: a record with a broken quote: a quote is never closed/,
    );
    await everyChunking('id,text\n1,a\n2,\n', ['a'], strict);
  });

  test('a first row that cannot be read is an error', async () => {
    await failing('"id,text\n1,a\n', {}, /^a\.csv:1: the first row cannot be read: a quote is never closed/);
  });
});

/** Reads rows as Python's csv module does; each cell as a JSON string. */
const PYTHON = `
import csv, io, json, sys
for request in sys.stdin:
    text, options = json.loads(request)
    rows = [row for row in csv.reader(io.StringIO(text, newline=''), strict=True, **options) if row]
    print(json.dumps(rows))
`;

const python = peerPython('csv');

test("random files give the cells that Python's csv module gives", {
  skip: !python && 'needs python3',
}, async () => {
  const random = generator(7);
  const cells = [
    '',
    'a',
    'b c',
    ' lead',
    'é€😀',
    'x,y',
    '"',
    '""',
    'l\nm',
    'c\r\nd',
    ';',
    "'",
    'tab\there',
    '\\',
  ];
  const cases = Array.from({ length: 200 }, () => {
    const delimiter = [',', ';', '\t', '|'][random(4)]!;
    const quote = ['"', "'"][random(2)]!;
    const columns = 1 + random(4);
    const row = (): string =>
      Array.from({ length: columns }, () => {
        const cell = cells[random(cells.length)]!;
        const needs = [delimiter, quote, '\n', '\r'].some((character) => cell.includes(character));
        const alone = columns === 1 && cell.trim() === '';
        if (!needs && !alone && random(3) > 0) return cell;
        return quote + cell.replaceAll(quote, quote + quote) + quote;
      }).join(delimiter);
    const ends = ['\n', '\r\n'];
    const text = Array.from({ length: random(7) }, () => row() + ends[random(2)]!).join('') + row();
    return { text, delimiter, quote, columns };
  });
  const input = cases.map(({ text, delimiter, quote }) =>
    JSON.stringify([text, { delimiter, quotechar: quote }]),
  );
  const { stdout } = spawnSync(python!, ['-c', PYTHON], { input: `${input.join('\n')}\n`, encoding: 'utf8' });
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string[][]);
  assert.equal(answers.length, cases.length);
  for (const [index, { text, delimiter, quote, columns }] of cases.entries()) {
    const expected = answers[index]!.map((row) => row.map((cell) => cell.replaceAll(/[\r\n]+/g, ' ')))
      .map((row) => row.filter((cell) => cell.trim() !== '').join(' '))
      .filter((unit) => unit !== '');
    const inputs = [{ name: 'a.csv', chunks: inChunks(Buffer.from(text), 1 + random(9)) }];
    const all = Array.from({ length: columns }, (_, column) => column + 1);
    const options = { columns: all, header: false, delimiter, quote };
    const sizes = { blockBytes: 1 + random(40), longestUnit: 1000 };
    const outcome = await read((_input, context) => textBlocks(inputs, options, context, { sizes }));
    assert.deepEqual(outcome.text.split('\n').slice(0, -1), expected, JSON.stringify(text));
    assert.equal(outcome.dropped['with a broken quote'], undefined);
  }
});

test('whatever stands in a file, every line of it is read or set aside', async () => {
  const random = generator(8);
  const parts = ['"', '""', ',', '\n', 'a', ' ', '\t', '\u00a0', '\ufeff', 'b"', '\\'];
  for (let round = 0; round < 800; round++) {
    const text = Array.from({ length: random(40) }, () => parts[random(parts.length)]!).join('');
    const lenient = random(2) === 0;
    const inputs = [
      { name: lenient ? 'a.tsv' : 'a.csv', chunks: inChunks(Buffer.from(`n,m\n${text}`), 1 + random(9)) },
    ];
    const options = {
      ...{ columns: 1, header: false, delimiter: [',', '\t'][random(2)]! },
      ...(random(3) === 0 && { escape: '\\' }),
    };
    const { counts, dropped, places } = await readWithOrigins((_input, context) =>
      textBlocks(inputs, options, context, { sizes: SIZES }),
    );
    const left = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    assert.equal(counts.records, places.length + left, JSON.stringify(text));
  }
});
