import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cellBytes, countCellsIn, readCells } from '../../../src/formats/cooccurrence.js';
import { readSafetensors, safetensorsBytes, type Tensor } from '../../../src/formats/safetensors.js';
import { CONFIG_FILE, configText, readConfig } from '../../../src/train/tensorflow/model-config.js';
import type { FuzzTarget } from '../target.js';

const WORDS = 3;

/** Files of numbers, and what describes them. */
export const tables: readonly FuzzTarget[] = [
  {
    name: 'cooccurrence',
    seeds: async () => [
      cellBytes({
        rows: Uint32Array.of(0, 1, 2, 2),
        columns: Uint32Array.of(1, 0, 2, 1),
        values: Float64Array.of(1, 0.5, 3, 1e-3),
      }),
    ],
    async read(_bytes, file) {
      let cells = 0;
      for await (const { rows, columns, values } of readCells(file, WORDS)) {
        cells += values.length;
        if (!values.every((value) => value > 0)) throw new Error('a value that is not above 0');
        for (const ids of [rows, columns])
          if (!ids.every((id) => id < WORDS)) throw new Error('an unknown word');
      }
      const counted = await countCellsIn(file);
      if (counted !== cells) throw new Error(`${cells} cells were read but ${counted} counted`);
    },
  },
  {
    name: 'safetensors',
    seeds: async () => [
      Buffer.concat([
        ...safetensorsBytes(
          new Map<string, Tensor>([
            ['weights', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
            ['flags', { shape: [3], data: Uint8Array.of(1, 0, 1) }],
            ['none', { shape: [0], data: new Float64Array(0) }],
          ]),
          { format: 'a test' },
        ),
      ]),
    ],
    dictionary: ['"dtype":"F64"', '"shape":[]', '"data_offsets":[0,0]', '__metadata__'],
    async read(_bytes, file) {
      for (const { shape, data } of (await readSafetensors(file)).tensors.values()) {
        const elements = shape.reduce((product, size) => product * size, 1);
        if (elements !== data.length) throw new Error(`${data.length} elements of a shape ${shape}`);
      }
    },
  },
  {
    name: 'model-config',
    json: true,
    seeds: async () => [
      Buffer.from(
        configText({
          kind: 'tagger',
          files: { 'weights.safetensors': 120, 'vocabulary.txt': 40 },
          options: { cell: 'lstm', units: [100], dropout: 0.5 },
        }),
      ),
    ],
    async read(_bytes, file) {
      const folder = join(dirname(file), 'model');
      await mkdir(folder);
      await rename(file, join(folder, CONFIG_FILE));
      await readConfig(folder);
    },
  },
];
