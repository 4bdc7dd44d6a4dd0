import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { idBlock } from '../../../../src/core/blocks.js';
import type { WordmillError } from '../../../../src/core/errors.js';
import { Vocabulary } from '../../../../src/core/vocabulary.js';
import {
  holdOut,
  readStream,
  StreamBatches,
  withSentenceEnd,
} from '../../../../src/train/tensorflow/language-model/stream.js';

const END = 0;

async function* blocks(...sentences: number[][][]) {
  for (const block of sentences) yield idBlock(block);
}

describe("a language model's vocabulary", () => {
  test('has </s> first, then the words in their order, and <UNK> last', () => {
    const words = new Vocabulary({
      words: ['tea', 'milk'],
      counts: [3, 1],
      unknown: 'token',
      unknownCount: 5,
    });
    const { vocabulary, idOf } = withSentenceEnd(words, 2);
    assert.deepEqual(vocabulary.words, ['</s>', 'tea', 'milk', '<UNK>']);
    assert.deepEqual([...vocabulary.counts], [2, 3, 1, 5]);
    assert.deepEqual([...idOf], [1, 2, 3]);
    assert.equal(vocabulary.unknownId, 3);
  });

  test('takes a word of the text that is spelled </s> for the end of a sentence', () => {
    const words = new Vocabulary({ words: ['tea', '</s>', 'milk'], counts: [3, 2, 1] });
    const { vocabulary, idOf } = withSentenceEnd(words, 2);
    assert.deepEqual(vocabulary.words, ['</s>', 'tea', 'milk']);
    assert.deepEqual([...idOf], [1, 0, 2]);
  });
});

describe('a stream', () => {
  test('is all sentences, </s> after each that has words', async () => {
    const stream = await readStream(blocks([[1, 2], []], [[3], [], [1]]), 4);
    assert.deepEqual([...stream], [1, 2, END, 3, END, 1, END]);
    assert.ok(stream instanceof Uint16Array);
  });

  test('takes ids through a map, and four bytes an id where two are too few', async () => {
    const stream = await readStream(blocks([[0, 1]]), 70_000, { idOf: Uint32Array.of(69_999, 1) });
    assert.deepEqual([...stream], [69_999, 1, END]);
  });

  test('is cut in two at the end of a sentence', async () => {
    const stream = Uint16Array.of(1, 2, END, 3, END, 1, 2, 3, END, 2, END);
    const at = (share: number) => holdOut(stream, share).training.length;
    assert.deepEqual([0.1, 0.18, 0.2, 0.4, 0.5, 0.9].map(at), [9, 9, 9, 5, 5, 3]);
    assert.deepEqual([...holdOut(stream, 0.2).heldOut], [2, END]);
    // Wanted after the seventh: the end after it is nearer than the one before it.
    assert.equal(holdOut(Uint16Array.of(1, END, 1, 2, 3, 1, 2, 3, END, 1, 2, END), 0.4).training.length, 9);
    const one = () => holdOut(Uint16Array.of(1, 2, END), 0.5);
    assert.throws(one, (error: WordmillError) => error.kind === 'data' && /too short/.test(error.message));
  });
});

test('a held-out part that would be far from what is wanted is refused, by the key it is asked for with', () => {
  const long = (words: number) => [...new Array(words).fill(1), END];
  const refused = (stream: number[], share: number, message: RegExp) =>
    assert.throws(() => holdOut(Uint16Array.from(stream), share, 'validation.share'), {
      kind: 'data',
      message,
    });
  // Four of 102 before the only place to cut at.
  refused(
    [1, 2, 3, END, ...long(97)],
    0.05,
    /^validation\.share: cut at the end of a sentence nearest to 5 %, the text would have 96 % of it held out/,
  );
  refused([...long(97), 1, 2, 3, END], 0.3, /nearest to 30 %, .* 3\.9 % of it held out/);
  refused([1, END], 0.3, /^validation\.share: the text is too short/);
});

describe('the batches of a stream', () => {
  const stream = Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  const all = (batches: StreamBatches) => Array.from({ length: batches.count }, (_, i) => batches.at(i));

  test('are parallel parts of it, each word a target after the one before it', () => {
    const [first, second, ...none] = all(new StreamBatches(stream, { batch: 2, steps: 3 }));
    // Parts 1 2 3 4 5 and 6 7 8 9 10, step by step.
    assert.deepEqual([...first!.targets], [1, 6, 2, 7, 3, 8]);
    assert.deepEqual([...first!.inputs], [END, 5, 1, 6, 2, 7]);
    assert.deepEqual([...second!.targets], [4, 9, 5, 10]);
    assert.deepEqual([...second!.inputs], [3, 8, 4, 9]);
    assert.deepEqual([first!.events, second!.events, none.length], [6, 4, 0]);
  });

  test('count every word once, whatever the cut', () => {
    for (const batch of [1, 2, 3, 4, 7, 10, 99]) {
      for (const steps of [1, 2, 3, 20]) {
        for (const warmUp of [0, 1, 4]) {
          const found: number[] = [];
          for (const part of all(new StreamBatches(stream, { batch, steps, warmUp }))) {
            for (const [row, id] of part.targets.entries()) if (part.counted[row]) found.push(id);
          }
          assert.deepEqual(
            found.sort((a, b) => a - b),
            [...stream],
            `${batch} ${steps} ${warmUp}`,
          );
        }
      }
    }
  });

  test('warm a part up with the words before it, uncounted', () => {
    const [first, second] = all(new StreamBatches(stream, { batch: 2, steps: 3, warmUp: 2 }));
    // Parts 1 2 3 4 5 6 and (5 6) 7 8 9 10.
    assert.deepEqual([...first!.targets], [1, 5, 2, 6, 3, 7]);
    assert.deepEqual([...first!.inputs], [END, 4, 1, 5, 2, 6]);
    assert.deepEqual([...first!.counted], [1, 0, 1, 0, 1, 1]);
    assert.deepEqual([...second!.targets], [4, 8, 5, 9, 6, 10]);
  });
});
