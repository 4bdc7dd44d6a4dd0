import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { wordmill } from '../support/data.js';
import { measure } from '../support/measure.js';
import { outputFolder } from './jobs/output-folder.js';
import { doneEvent } from './jobs/wordmill-train.js';
import { headerOf, matrixMegabytes } from './memory-figure.js';
import { alignedTable } from './table.js';
import { MIN_COUNT, type Text } from './text.js';

const COPIES = [1, 2, 4, 10];

/** Trains on the text once and several times over, through a pipe: what time and memory do as it grows. */
export async function growth(text: Text, threads: number) {
  const rows = [];
  for (const copies of COPIES) {
    const output = join(outputFolder(), 'growth.bin');
    const { megabytes, seconds, stderr } = await measure(
      process.execPath,
      [
        ...[wordmill, 'train', '-', '--epochs', '1', '--subsample', '1e-4', '--threads', `${threads}`],
        // The rarest words of ten copies occur ten times as often: the same vocabulary needs a tenfold minimum.
        ...['--min-count', `${MIN_COUNT * copies}`, '--log-format', 'json', '--word2vec', output],
      ],
      Readable.from(repeated(text.raw, copies)),
    );
    const matrices = matrixMegabytes(headerOf(output));
    rows.push({ copies, wall: seconds, training: doneEvent(stderr).seconds, megabytes, matrices });
    console.log(`${copies}x: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`);
  }
  const lines = rows.map(({ copies, wall, training, megabytes, matrices }) => [
    ...[`${copies}x`, wall.toFixed(2), training.toFixed(2), (training / copies).toFixed(2)],
    ...[megabytes, matrices, megabytes - matrices].map((value) => value.toFixed(0)),
  ]);
  const head = ['text', 'wall s', 'training s', 'training s a copy', 'peak MB', 'matrices MB', 'rest MB'];
  console.log(`\n${alignedTable(head, lines)}\n`);
  return { rows };
}

async function* repeated(path: string, copies: number): AsyncGenerator<Uint8Array> {
  for (let copy = 0; copy < copies; copy++) yield* createReadStream(path, { highWaterMark: 2 ** 18 });
}
