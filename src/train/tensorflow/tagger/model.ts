import type { CharacterVocabulary } from '../../tagging/characters.js';
import type { Scheme } from '../../tagging/schemes.js';
import { SHAPE_COUNT } from '../../tagging/word-shape.js';
import { Parameter } from '../autodiff/parameter.js';
import { Tape, type Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { dropout } from '../dropout.js';
import { glorotUniform, uniform, weightsRandom } from '../initial-weights.js';
import { RecurrentNetwork } from '../recurrent/network.js';
import { FLAGS, type TaggerBatch } from './batches.js';
import { CharacterReader } from './characters.js';
import type { ResolvedTaggerOptions } from './options.js';
import { type TagDecoder, tagDecoder } from './tag-decoder.js';

/** What a tagger's parameters are made of. */
export interface TaggerShape {
  readonly words: number;
  readonly dimensions: number;
  readonly characters: CharacterVocabulary | undefined;
  readonly scheme: Scheme;
  readonly tags: readonly string[];
  readonly options: ResolvedTaggerOptions;
}

/** Places of dropout, apart from those that the network numbers by its layers. */
const BEFORE_LAYERS = 1_000;
const AFTER_LAYERS = 1_001;

/**
 * A network for tagging, after Lample et al. 2016, "Neural Architectures for Named Entity Recognition": a token's
 * embedding, what its characters and its shape say, recurrent layers in both directions, dense layers with tanh, and a
 * score for each tag, from which a CRF or a softmax gives the tags.
 */
export class TaggerModel {
  /** Word vectors, [words, dimensions]. */
  readonly embedding: Parameter;
  /** All but the word vectors. */
  readonly others: readonly Parameter[];
  readonly decoder: TagDecoder;
  readonly #shapes: Parameter | undefined;
  readonly #characters: CharacterReader | undefined;
  readonly #network: RecurrentNetwork;
  readonly #dense: readonly { readonly weights: Parameter; readonly bias: Parameter }[];
  readonly #options: ResolvedTaggerOptions;

  /** @param rows word vectors to start with, [words, dimensions] */
  constructor(
    readonly device: Device,
    { words, dimensions, characters, scheme, tags, options }: TaggerShape,
    rows: Float32Array,
  ) {
    const { model, train, vectors } = options;
    const { seed } = train;
    this.#options = options;
    this.embedding = new Parameter(device, 'words', [words, dimensions], rows, 'rows');
    this.embedding.frozen = vectors.frozen;
    if (characters) {
      this.#characters = new CharacterReader(device, {
        ...{
          count: characters.size,
          dimensions: model.characterDimensions,
          units: model.characterUnits,
          seed,
        },
      });
    }
    if (model.shapes) {
      const size = SHAPE_COUNT * model.shapeDimensions;
      const start = uniform(weightsRandom(seed, 'shapes'), size, Math.sqrt(3 / model.shapeDimensions));
      this.#shapes = new Parameter(device, 'shapes', [SHAPE_COUNT, model.shapeDimensions], start, 'rows');
    }
    this.#network = new RecurrentNetwork(device, {
      inputs:
        dimensions + (this.#characters?.outputs ?? 0) + (model.shapes ? model.shapeDimensions + FLAGS : 0),
      ...{ cell: model.cell, units: model.units, layers: model.layers, bidirectional: true },
      ...{ dropout: model.dropout, name: 'layers', seed },
    });
    const sizes = [this.#network.outputs, ...model.dense, tags.length];
    this.#dense = sizes.slice(1).map((outputs, i) => {
      const name = `dense.${i}`;
      const start = glorotUniform(weightsRandom(seed, name), sizes[i]!, outputs);
      return {
        weights: new Parameter(device, `${name}.weights`, [sizes[i]!, outputs], start),
        bias: new Parameter(device, `${name}.bias`, [outputs], new Float32Array(outputs)),
      };
    });
    this.decoder = tagDecoder(device, model.decoder, scheme, tags);
    this.others = [
      ...(this.#characters?.parameters ?? []),
      ...(this.#shapes ? [this.#shapes] : []),
      ...this.#network.parameters,
      ...this.#dense.flatMap(({ weights, bias }) => [weights, bias]),
      ...this.decoder.parameters,
    ];
  }

  /** All that a saved model holds. */
  get parameters(): readonly Parameter[] {
    return [this.embedding, ...this.others];
  }

  /**
   * The scores of the tags, [steps * batch, tags].
   *
   * @param step the number of this step of training, by which dropout is drawn; undefined in use.
   */
  emissions(tape: Tape, batch: TaggerBatch, step?: number): Value {
    const inputs = [this.#words(tape, batch)];
    if (this.#characters) inputs.push(this.#characters.read(tape, batch.characters!));
    if (this.#shapes) {
      const { ids, flags } = batch.shapes!;
      inputs.push(tape.rows(this.#shapes, ids), tape.constant(flags, [ids.length, FLAGS]));
    }
    const x = this.#leaveOut(tape, tape.concat(inputs, 1), BEFORE_LAYERS, step);
    let { outputs } = this.#network.run(tape, x, batch.shape, { step });
    outputs = this.#leaveOut(tape, outputs, AFTER_LAYERS, step);
    for (const [i, { weights, bias }] of this.#dense.entries()) {
      outputs = tape.linear(i === 0 ? outputs : tape.tanh(outputs), weights, bias);
    }
    return outputs;
  }

  /** The best tags of each sentence of a batch. */
  decode(batch: TaggerBatch): Int32Array[] {
    return this.device.scope(() => {
      const emissions = this.emissions(new Tape(this.device, { training: false }), batch);
      return this.decoder.decode(this.device.read(emissions.tensor) as Float32Array, batch.shape);
    });
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }

  #words(tape: Tape, { words, composed }: TaggerBatch): Value {
    const rows = tape.rows(this.embedding, words);
    if (!composed) return rows;
    const found = tape.constant(
      Float32Array.from(composed.has, (has) => 1 - has),
      [words.length, 1],
    );
    return tape.add(tape.multiply(rows, found), tape.constant(composed.vectors, rows.shape));
  }

  #leaveOut(tape: Tape, x: Value, place: number, step: number | undefined): Value {
    if (step === undefined) return x;
    const { model, train } = this.#options;
    return dropout(tape, x, { rate: model.dropout, seed: train.seed, step, place });
  }
}
