import type { TextBlock } from '../../../src/core/blocks.js';
import { openContext } from '../../../src/core/run.js';
import { compose, nothing, type Source } from '../../../src/core/stage.js';
import { readPairs } from '../../../src/sampling/codec/read-pairs.js';
import { text } from '../../../src/sources/text.js';
import { tokenize } from '../../../src/tokenize/tokenize.js';
import { tokensToText } from '../../../src/tokenize/tokens-to-text.js';
import { inChunks } from '../mutate.js';
import type { FuzzTarget } from '../target.js';

const TEXT = [
  'The quick brown fox.\r\nJumps over\rthe lazy dog\n\nna\u00efve caf\u00e9 \u{1f600} don\u2019t stop',
  '\ufeffone two\u2028three\u00a0four\n\u4e2d\u6587\u8a5e\u8a9e e\u0301 \u0915\u094d\u0937\n',
].map((seed) => Buffer.from(seed));

/** Texts: wherever chunks end, the same comes out. */
export const texts: readonly FuzzTarget[] = [
  {
    name: 'text',
    seeds: async () => TEXT,
    read: (bytes, _file, random) =>
      sameInChunks(bytes, random, (source) => source, {
        unit: random.below(2) === 0 ? 'lines' : 'paragraphs',
      }),
  },
  {
    name: 'tokens',
    seeds: async () => TEXT,
    async read(bytes, _file, random) {
      const options = {
        normalize: (['NFC', 'NFKC', 'none'] as const)[random.below(3)]!,
        splitter: (['words', 'whitespace'] as const)[random.below(2)]!,
        maxSentence: 1 + random.below(20),
      };
      await sameInChunks(bytes, random, (source) =>
        compose(source, tokenize(options), async function* (blocks) {
          for await (const block of blocks) yield { bytes: tokensToText(block) };
        }),
      );
    },
  },
  ...(['csv', 'tsv'] as const).map(
    (format): FuzzTarget => ({
      name: format,
      seeds: async () => [
        Buffer.from('id,text\n1,"a ""b"", c"\n2,"two\nlines"\n3\n4,"open\n5,d\n'),
        Buffer.from('\ufeffid\ttext\r\n1\t"a" b\r\n2\t\'c\'\r\n'),
      ],
      dictionary: ['"', '""', '",', '"\n', '\t', "'"],
      read: (bytes, _file, random) =>
        sameInChunks(bytes, random, (source) => source, {
          ...{ format, columns: 1, header: false, unit: 'lines' },
          ...(random.below(3) === 0 && { quote: ['"', "'", 'none'][random.below(3)]! }),
        }),
    }),
  ),
  {
    name: 'jsonl',
    seeds: async () => [
      Buffer.from('{"text":"a b","more":[{"text":"c"},{"text":4}]}\n\n{"text":null}\n{"text":{}}\n{\n'),
    ],
    dictionary: ['"text":', '"more":', '\\u0000', '\\ud800', '[]', '{}'],
    read: (bytes, _file, random) =>
      sameInChunks(bytes, random, (source) => source, { format: 'jsonl', fields: 'text,more[].text' }),
  },
  ...(['text', 'csv'] as const).map(
    (format): FuzzTarget => ({
      name: `pairs-${format}`,
      seeds: async () => [
        Buffer.from(
          format === 'csv' ? 'context,target,weight\n"a ""b""",c,0.5\nd,e,1\n' : 'a b 1\nc\td\t-2\t0.5\n',
        ),
      ],
      async read(bytes, file, random) {
        await collect(compose(text(inChunks(bytes, random)), readPairs({ format, file })));
      },
    }),
  ),
];

/** Reads bytes in one chunk and in many; both must give the same, or fail alike. */
async function sameInChunks(
  bytes: Uint8Array,
  random: Parameters<typeof inChunks>[1],
  through: (source: Source<TextBlock>) => Source<TextBlock>,
  options: Parameters<typeof text>[1] = {},
): Promise<void> {
  const [whole, pieces] = await Promise.all(
    [[bytes], inChunks(bytes, random)].map(async (chunks) => {
      try {
        const blocks = await collect(through(text(chunks, options)));
        return Buffer.concat(blocks.map((block) => block.bytes)).toString('latin1');
      } catch (error) {
        return error as Error;
      }
    }),
  );
  const outcome = (result: typeof whole) => (result instanceof Error ? result.message : result);
  if (outcome(whole) !== outcome(pieces)) {
    throw new Error(
      `chunks change what is read: ${JSON.stringify(outcome(whole))}, ${JSON.stringify(outcome(pieces))}`,
    );
  }
  if (whole instanceof Error) throw whole;
}

async function collect<T>(source: Source<T>): Promise<T[]> {
  const { context, close } = openContext();
  try {
    const all: T[] = [];
    for await (const item of source(nothing(), context)) all.push(item);
    return all;
  } finally {
    await close();
  }
}
