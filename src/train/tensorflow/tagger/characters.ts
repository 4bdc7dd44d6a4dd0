import { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { uniform, weightsRandom } from '../initial-weights.js';
import { RecurrentNetwork } from '../recurrent/network.js';
import { lastRows } from '../recurrent/sequences.js';
import type { TaggerBatch } from './batches.js';

/** What reads the characters of words. */
export interface CharacterReaderOptions {
  /** Ids of characters, padding and unknown among them. */
  readonly count: number;
  readonly dimensions: number;
  readonly units: number;
  readonly seed: number;
}

/**
 * A vector of a word by its characters: an LSTM each way over their embeddings, its two final states side by side
 * (Lample et al. 2016, section 4.1). Run once for each distinct word of a batch.
 */
export class CharacterReader {
  /** Length of the vectors that it gives. */
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #embedding: Parameter;
  readonly #network: RecurrentNetwork;

  constructor(device: Device, { count, dimensions, units, seed }: CharacterReaderOptions) {
    const name = 'characters.embedding';
    const start = uniform(weightsRandom(seed, name), count * dimensions, Math.sqrt(3 / dimensions));
    this.#embedding = new Parameter(device, name, [count, dimensions], start, 'rows');
    this.#network = new RecurrentNetwork(device, {
      ...{ cell: 'lstm', layers: 1, inputs: dimensions, units, bidirectional: true },
      ...{ name: 'characters.layers', seed },
    });
    this.outputs = 2 * units;
    this.parameters = [this.#embedding, ...this.#network.parameters];
  }

  /** @returns [steps * batch, outputs] */
  read(tape: Tape, batch: NonNullable<TaggerBatch['characters']>): Value {
    const { ids, lengths, width, places } = batch;
    const words = lengths.length;
    const byStep = new Int32Array(ids.length);
    for (let t = 0; t < width; t++) {
      for (let word = 0; word < words; word++) byStep[t * words + word] = ids[word * width + t]!;
    }
    const shape = { steps: width, batch: words, lengths };
    const { outputs } = this.#network.run(tape, tape.rows(this.#embedding, byStep), shape);
    const units = this.outputs / 2;
    const forward = tape.slice(tape.gather(outputs, lastRows(shape)), [0, 0], [words, units]);
    // The way back ends at the first character, which is the first step's row.
    const backward = tape.slice(outputs, [0, units], [words, units]);
    return tape.gather(tape.concat([forward, backward], 1), places);
  }
}
