import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TrainOptions } from '../../../src/train/options.js';
import type { TrainSettings } from '../../../src/train/train.js';
import { randomSentences, withCorpus } from '../../native/support/spooled-corpus.js';
import { goingOn, Killed, killedAfter, type Trained, trainOn, withRunFolder } from './support.js';

const OPTIONS = { engine: 'reference', dimensions: 4, epochs: 2, threads: 1 } as const;
const sentences = randomSentences(40, 20);

/** Leaves a checkpoint in a folder. */
async function interrupted(folder: string, trained: Trained, text = sentences): Promise<void> {
  await withCorpus(text, async (corpus, context) => {
    await assert.rejects(trainOn(corpus, trained, context, killedAfter(folder, 2, false)), Killed);
  });
}

/** What going on with something else says. */
async function refusal(first: Trained, then: Trained, text = sentences): Promise<string | undefined> {
  return withRunFolder(async (folder) => {
    await interrupted(folder, first);
    return withCorpus(text, async (corpus, context) => {
      try {
        await trainOn(corpus, then, context, goingOn(folder));
        return undefined;
      } catch (error) {
        assert.equal((error as { kind?: string }).kind, 'usage');
        return (error as Error).message;
      }
    });
  });
}

const same = (options: Partial<TrainOptions>, settings: TrainSettings = {}): Trained => ({
  options: { ...OPTIONS, ...options },
  settings,
});

describe('a checkpoint of another training is refused', () => {
  test('with every option that differs, and both values', async () => {
    const then: Trained = { ...same({ dimensions: 5, epochs: 3 }), sampling: { window: 7 } };
    assert.equal(
      await refusal(same({}), then),
      'the checkpoint is of another training: train.dimensions was 4 and is 5; train.epochs was 2 and is 3; ' +
        'sampling.window was 5 and is 7\n  Go on with what it was begun with, or start anew without --resume.',
    );
  });

  test('with an option that only one of them has', async () => {
    assert.match(
      (await refusal(same({}), same({ validation: 0.1 })))!,
      /train\.validation was not given and is 0\.1/,
    );
  });

  test('when the corpus is another; when only its order is', async () => {
    const other = [...sentences.slice(0, -1), ['w0', 'w1', 'w99']];
    const message = (await refusal(same({}), same({}), other))!;
    assert.match(message, /the vocabulary differs; the corpus differs/);
    const turned = [...sentences].reverse();
    const again = (await refusal(same({}), same({}), turned))!;
    assert.match(again, /another training: the corpus differs\n/);
  });

  test('when other words are frozen', async () => {
    const message = (await refusal(same({}, { freeze: ['w1'] }), same({}, { freeze: ['w2'] })))!;
    assert.match(message, /the words whose vectors are frozen differ/);
  });

  test('but not when the number of threads or the instructions differ', async () => {
    assert.equal(await refusal(same({}), same({ threads: 2, instructionSet: 'portable' })), undefined);
  });
});
