import assert from 'node:assert/strict';
import type { WordmillError } from '../../../../src/core/errors.js';
import { Vocabulary } from '../../../../src/core/vocabulary.js';
import type { Tensor } from '../../../../src/formats/safetensors.js';
import { vocabularyLines } from '../../../../src/formats/vocabulary.js';
import type { ModelContent } from '../../../../src/train/tensorflow/model-folder.js';

const words = new Vocabulary({
  words: ['</s>', 'tea', 'milk'],
  counts: [2, 3, 1],
  unknown: 'token',
  unknownCount: 4,
});

/** A small model to save; `first` tells two of them apart. */
export function content(first = 1): ModelContent {
  return {
    kind: 'language-model',
    options: { model: { cell: 'lstm', units: 3 } },
    texts: new Map<string, string | Iterable<Uint8Array>>([
      ['vocabulary.txt', vocabularyLines(words)],
      ['labels.txt', 'A\nB\n'],
    ]),
    tensors: new Map<string, Tensor>([
      ['embedding', { shape: [4, 2], data: Float32Array.of(first, 2, 3, 4, 5, 6, 7, 8) }],
      ['bias', { shape: [4], data: Float32Array.of(0, 1, 2, 3) }],
    ]),
  };
}

/** For `assert.rejects` and `assert.throws`. */
export function refusal(kind: string, message: RegExp) {
  return (error: WordmillError) => {
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, message);
    return true;
  };
}
