import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../../../src/core/run.js';
import { compose } from '../../../src/core/stage.js';
import { rowOf } from '../../../src/core/vectors.js';
import { readVectors, type VectorFormat } from '../../../src/formats/detect.js';
import { wordListBeside } from '../../../src/formats/word-list.js';
import { fasttextBinary } from '../../../src/sinks/fasttext-file.js';
import { text } from '../../../src/sources/text.js';
import { buildVocabulary } from '../../../src/tokenize/build-vocabulary.js';
import { tokenize } from '../../../src/tokenize/tokenize.js';
import { train } from '../../../src/train/train.js';
import { convertVectors } from '../../../src/vectors/convert/convert.js';
import type { FuzzTarget } from '../target.js';

const GLOVE =
  'the 0.5 -1 2e-3\nna\u00efve 1 2 3\n10\u00a0000 -0.25 0.125 7\n\u{1f600} 0 0 0\n<unk> 1e5 -1e-5 1\n';
const WORDS = ['the', 'na\u00efve', '10\u00a0000', '\u{1f600}', '<unk>'];

/** Files of vectors in every format, told by content or by name. */
export const vectorFiles: readonly FuzzTarget[] = [
  target('glove', async () => [Buffer.from(GLOVE), gzipSync(GLOVE)]),
  target('word2vecText', () => converted('vectors.vec')),
  target('word2vec', () => converted('vectors.bin')),
  target('fasttext', async () => [...(await converted('vectors.ftz')), await withSubwords()]),
  target('safetensors', () => converted('vectors.safetensors')),
  target('npy', () => converted('vectors.npy')),
];

function target(format: VectorFormat, seeds: FuzzTarget['seeds']): FuzzTarget {
  return {
    name: `vectors-${format.toLowerCase()}`,
    seeds,
    dictionary: [...WORDS, "'descr': '<f8'", '"dtype":"F16"', 'fortran_order'],
    async read(_bytes, file, random) {
      await writeFile(wordListBeside(file), `${WORDS.join('\n')}\n`);
      const options = random.below(2) === 0 ? {} : { format };
      const { words, matrix, vectorOf } = await readVectors(file, options);
      // What is mapped is read when it is looked at.
      let sum = 0;
      let row = 0;
      for (const word of words) {
        sum += word.length;
        for (const value of rowOf(matrix, row++)) sum += value;
      }
      vectorOf?.('unheard');
      if (row !== matrix.rows) throw new Error(`${row} words but ${matrix.rows} rows, sum ${sum}`);
    },
  };
}

/** The vectors as a file of the format that a name stands for. */
async function converted(name: string): Promise<Buffer[]> {
  return inFolder(async (folder) => {
    const glove = join(folder, 'vectors.txt');
    const path = join(folder, name.replace('.ftz', '.fasttext.bin'));
    await writeFile(glove, GLOVE);
    await convertVectors(glove, path, name.endsWith('.ftz') ? { to: 'fasttext' } : {});
    return [await readFile(path)];
  });
}

/** A model of fastText with rows for n-grams. */
async function withSubwords(): Promise<Buffer> {
  return inFolder(async (folder) => {
    const path = join(folder, 'model.bin');
    const options = { engine: 'reference', dimensions: 3, epochs: 1, minn: 2, maxn: 3, buckets: 20 } as const;
    const corpus = compose(text('a small text is a small text\n'.repeat(5)), tokenize(), buildVocabulary());
    await run(compose(corpus, train(options), fasttextBinary(path)));
    return readFile(path);
  });
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-fuzz-seeds-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
