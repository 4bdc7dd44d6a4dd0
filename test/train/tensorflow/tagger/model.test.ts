import assert from 'node:assert/strict';
import { parseOptions } from '../../../../src/core/options.js';
import { Vocabulary } from '../../../../src/core/vocabulary.js';
import { CharacterVocabulary } from '../../../../src/train/tagging/characters.js';
import { Tape } from '../../../../src/train/tensorflow/autodiff/tape.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { encodeBatch } from '../../../../src/train/tensorflow/tagger/batches.js';
import { TaggerModel } from '../../../../src/train/tensorflow/tagger/model.js';
import { type TaggerOptions, taggerOptions } from '../../../../src/train/tensorflow/tagger/options.js';
import { testOnDevices } from '../support/devices.js';
import { checkGradients } from '../support/gradient-check.js';

const TAGS = ['O', 'B-A', 'I-A'];
const SENTENCES = [['one', 'Two', 'two', 'six'], ['two'], ['six', 'one']];
const GOLD = [Int32Array.of(0, 1, 2, 0), Int32Array.of(1), Int32Array.of(0, 0)];

/** A small model of all parts, and its batch. */
function small(device: Device, model: NonNullable<TaggerOptions['model']>) {
  const options = parseOptions(
    taggerOptions,
    {
      model: {
        ...{
          units: 3,
          dense: [4],
          characterDimensions: 2,
          characterUnits: 2,
          shapeDimensions: 2,
          dropout: 0,
        },
        ...model,
      },
    },
    '',
  );
  const vocabulary = new Vocabulary({ words: ['one', 'two'], counts: [1, 1], unknown: 'token' });
  const characters = options.model.characters ? CharacterVocabulary.build(SENTENCES.flat()) : undefined;
  const shape = { words: 3, dimensions: 2, characters, scheme: 'IOB2', tags: TAGS, options } as const;
  const tagger = new TaggerModel(device, shape, Float32Array.of(0.5, -0.5, -0.3, 0.8, 0.1, 0.2));
  const { lowercase, shapes } = options.model;
  const encoding = { vocabulary, lowercase, characters, shapes, dimensions: 2, vectorOf: undefined };
  return { tagger, batch: encodeBatch(SENTENCES, encoding) };
}

for (const [decoder, cell, layers] of [
  ['crf', 'lstm', 1],
  ['softmax', 'gru', 2],
] as const) {
  testOnDevices(
    `gradients of the whole model (${decoder}, ${cell}) are those of finite differences`,
    (device) => {
      const { tagger, batch } = small(device, { decoder, cell, layers });
      checkGradients(device, tagger.parameters, (tape: Tape) => {
        const loss = tagger.decoder.loss(tape, tagger.emissions(tape, batch), batch.shape, GOLD);
        // What the gradient is of.
        return loss / SENTENCES.length;
      });
      tagger.dispose();
    },
  );
}

testOnDevices('padding changes nothing: a sentence scores alike alone and among longer ones', (device) => {
  const { tagger, batch } = small(device, {});
  const emissions = (tape: Tape, b: typeof batch) => device.read(tagger.emissions(tape, b).tensor);
  device.scope(() => {
    const together = emissions(new Tape(device, { training: false }), batch);
    const words = Int32Array.of(batch.words[1]!);
    const alone = emissions(new Tape(device, { training: false }), {
      shape: { steps: 1, batch: 1, lengths: Int32Array.of(1) },
      words,
      shapes: { ids: batch.shapes!.ids.slice(1, 2), flags: batch.shapes!.flags.slice(5, 10) },
      characters: { ...batch.characters!, places: batch.characters!.places.slice(1, 2) },
    });
    for (const [k, score] of alone.entries()) assert.ok(Math.abs(score - together[3 + k]!) < 1e-6);
  });
  tagger.dispose();
});

testOnDevices('a vector by subwords stands in for that of <UNK>', (device) => {
  const { tagger } = small(device, { characters: false, shapes: false });
  const emissionsOf = (words: Int32Array, composed?: { has: Uint8Array; vectors: Float32Array }) =>
    device.scope(() => {
      const shape = { steps: 1, batch: 1, lengths: Int32Array.of(1) };
      const batch = { shape, words, ...(composed && { composed }) };
      return [...device.read(tagger.emissions(new Tape(device, { training: false }), batch).tensor)];
    });
  // The vector of `two`, whose id is 1.
  const composed = { has: Uint8Array.of(1), vectors: Float32Array.of(-0.3, 0.8) };
  assert.deepEqual(emissionsOf(Int32Array.of(2), composed), emissionsOf(Int32Array.of(1)));
  assert.notDeepEqual(emissionsOf(Int32Array.of(2)), emissionsOf(Int32Array.of(1)));
  tagger.dispose();
});
