import { PIECE } from '../../reference/skip-gram.js';

/** A group to be learned from: a target with its outputs, and the contexts that predict it. */
export interface GroupToLearn {
  readonly contexts: Uint32Array;
  readonly length: number;
  /** The target, then its negatives; the first `outputLength` entries. */
  readonly outputs: Uint32Array;
  readonly outputLength: number;
  /** What the group's errors are multiplied with: learning rate times weight. */
  readonly rate: number;
  /** What its loss is multiplied with in reports. */
  readonly weight: number;
}

/**
 * Groups that one step learns from together. Those of skip-gram are cut into pieces of at most 16 contexts, as
 * docs/sampling.md has it, so that a batch of one piece is one update of the reference.
 */
export class GroupBatch {
  /** How many pieces it holds. */
  length = 0;
  /** How many contexts, over all pieces. */
  contextLength = 0;
  /** The most contexts and outputs that a piece has. */
  longest = 0;
  readonly outputsInAPiece: number;
  contexts = new Uint32Array(1_024);
  /** For each piece, the position just after its last context. */
  contextEnds = new Uint32Array(256);
  outputs: Uint32Array;
  outputLengths = new Uint32Array(256);
  rates = new Float64Array(256);
  weights = new Float64Array(256);
  readonly #pieceLength: number;

  /** @param model CBOW's groups are never cut: the mean is over the whole window. */
  constructor(model: 'skipgram' | 'cbow', outputsInAPiece: number) {
    this.#pieceLength = model === 'skipgram' ? PIECE : Number.POSITIVE_INFINITY;
    this.outputsInAPiece = outputsInAPiece;
    this.outputs = new Uint32Array(256 * outputsInAPiece);
  }

  /** Copies a group in, piece by piece; `onPiece` is called after each, and may empty the batch. */
  add(group: GroupToLearn, onPiece: () => void): void {
    for (let start = 0; start < group.length; start += this.#pieceLength) {
      this.#addPiece(group, start, Math.min(start + this.#pieceLength, group.length));
      onPiece();
    }
  }

  clear(): void {
    this.length = 0;
    this.contextLength = 0;
    this.longest = 0;
  }

  #addPiece(
    { contexts, outputs, outputLength, rate, weight }: GroupToLearn,
    start: number,
    end: number,
  ): void {
    const size = end - start;
    this.#makeRoom(size);
    const { contextLength, length } = this;
    for (let i = 0; i < size; i++) this.contexts[contextLength + i] = contexts[start + i]!;
    const first = length * this.outputsInAPiece;
    // Places without a negative hold the target again: their errors are 0.
    for (let o = 0; o < this.outputsInAPiece; o++)
      this.outputs[first + o] = outputs[o < outputLength ? o : 0]!;
    this.contextLength = contextLength + size;
    this.contextEnds[length] = this.contextLength;
    this.outputLengths[length] = outputLength;
    this.rates[length] = rate;
    this.weights[length] = weight;
    this.length = length + 1;
    this.longest = Math.max(this.longest, size);
  }

  #makeRoom(contexts: number): void {
    if (this.contextLength + contexts > this.contexts.length) {
      this.contexts = grown(this.contexts, this.contextLength + contexts);
    }
    if (this.length < this.contextEnds.length) return;
    this.contextEnds = grown(this.contextEnds, this.length);
    this.outputs = grown(this.outputs, this.outputs.length);
    this.outputLengths = grown(this.outputLengths, this.length);
    this.rates = grown(this.rates, this.length);
    this.weights = grown(this.weights, this.length);
  }
}

/** A copy with room for twice `length` entries. */
function grown<Column extends Uint32Array | Float64Array>(column: Column, length: number): Column {
  const larger = new (column.constructor as new (length: number) => Column)(2 * length);
  larger.set(column);
  return larger;
}
