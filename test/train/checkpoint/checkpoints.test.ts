import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { WordmillError } from '../../../src/core/errors.js';
import type { Recovery } from '../../../src/core/recovery.js';
import { openContext } from '../../../src/core/run.js';
import { nativeUnavailable } from '../../../src/native/addon.js';
import { randomSentences, withCorpus } from '../../native/support/spooled-corpus.js';
import { goingOn, Killed, killedAfter, trainOn, withRunFolder } from './support.js';

const OPTIONS = { engine: 'reference', dimensions: 4, epochs: 3, threads: 1 } as const;
const sentences = randomSentences(40, 20);

function recording(folder: string, given: Partial<Recovery>): { recovery: Recovery; saved: string[] } {
  const saved: string[] = [];
  const recovery = {
    folder,
    resume: false,
    interval: 300,
    keep: 2,
    saved: (what: string) => saved.push(what),
  };
  return { recovery: { ...recovery, ...given }, saved };
}

async function checkpointsIn(folder: string): Promise<string[]> {
  return (await readdir(join(folder, 'checkpoints'))).sort();
}

describe('checkpoints are written', () => {
  test('not at all by a run shorter than a tenth of the interval', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        const { recovery, saved } = recording(folder, {});
        await trainOn(corpus, { options: OPTIONS }, context, recovery);
        assert.deepEqual(saved, []);
        assert.deepEqual(await checkpointsIn(folder), []);
      }),
    ));

  test('at the end of every epoch where that is asked for; of them some are kept', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        const { recovery, saved } = recording(folder, { everyEpoch: true, interval: 0, keep: 1 });
        await trainOn(corpus, { options: OPTIONS }, context, recovery);
        assert.deepEqual(
          saved,
          [1, 2, 3].map((epoch) => `a checkpoint after epoch ${epoch} of 3`),
        );
        assert.deepEqual(await checkpointsIn(folder), ['checkpoint-000003.safetensors']);
      }),
    ));

  test('when the run is to stop, which it then does; what was there before a run that is not resumed goes', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        await assert.rejects(
          trainOn(corpus, { options: OPTIONS }, context, killedAfter(folder, 4, false)),
          Killed,
        );
        assert.deepEqual(
          await checkpointsIn(folder),
          [3, 4].map((n) => `checkpoint-00000${n}.safetensors`),
        );
        const { recovery, saved } = recording(folder, { interval: 0 });
        const controller = new AbortController();
        const stop = () => controller.abort(new WordmillError('aborted', 'interrupted; nothing was written'));
        const settings = { onEpoch: ({ epoch }: { epoch: number }) => (epoch === 2 ? stop() : undefined) };
        const stoppable = { ...context, signal: controller.signal };
        await assert.rejects(trainOn(corpus, { options: OPTIONS, settings }, stoppable, recovery), {
          kind: 'aborted',
        });
        assert.equal(saved.length, 1);
        assert.deepEqual(await checkpointsIn(folder), ['checkpoint-000001.safetensors']);
        // And from there it goes on, to what it would have been.
        const silent = { onEpoch: () => undefined };
        const expected = await trainOn(corpus, { options: OPTIONS, settings: silent }, context);
        const vectors = await trainOn(
          corpus,
          { options: OPTIONS, settings: silent },
          context,
          goingOn(folder),
        );
        assert.deepEqual(vectors.input, expected.input);
      }),
    ));

  test('and where they cannot be, training warns and goes on', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        const expected = await trainOn(corpus, { options: OPTIONS }, context);
        const { recovery, saved } = recording(folder, { everyEpoch: true });
        const settings = {
          // In the place of a disk that is full: the folder has become a file.
          onEpoch: async ({ epoch }: { epoch: number }) => {
            if (epoch !== 1) return;
            await rm(join(folder, 'checkpoints'), { recursive: true });
            await writeFile(join(folder, 'checkpoints'), '');
          },
        };
        const { context: own, close } = openContext();
        const vectors = await trainOn(corpus, { options: OPTIONS, settings }, own, recovery);
        await close();
        assert.deepEqual(vectors.input, expected.input);
        assert.deepEqual(saved, []);
        assert.match(
          own.report.warnings.join(),
          /a checkpoint could not be written, and training goes on without it/,
        );
      }),
    ));
});

describe('checkpoints for which the disk has no room', () => {
  /** A disk that has room for the first, and then for no other. */
  const filling = (folder: string, more: { signal?: AbortSignal } = {}) => {
    const freeBytes = async (): Promise<number> =>
      existsSync(join(folder, 'checkpoints', 'checkpoint-000001.safetensors')) ? 500 : 1e9;
    return openContext({ freeBytes, ...more });
  };

  test('are left out with a warning: what was there stays, and training goes on', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        const expected = await trainOn(corpus, { options: OPTIONS }, context);
        const { recovery, saved } = recording(folder, { everyEpoch: true });
        const { context: own, close } = filling(folder);
        const vectors = await trainOn(corpus, { options: OPTIONS }, own, recovery);
        await close();
        assert.deepEqual(vectors.input, expected.input);
        assert.deepEqual(saved, ['a checkpoint after epoch 1 of 3']);
        assert.deepEqual(await checkpointsIn(folder), ['checkpoint-000001.safetensors']);
        assert.match(
          own.report.warnings.join(),
          /goes on without it: .*checkpoint-000002\.safetensors: not enough space for this checkpoint: it needs .* and 500 bytes are free\n {2}Free some space, or keep runs on another disk/,
        );
      }),
    ));

  test('leave a run that is to stop with the one before to go on from', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus) => {
        const controller = new AbortController();
        const { recovery, saved } = recording(folder, { everyEpoch: true });
        const { context: own, close } = filling(folder, { signal: controller.signal });
        const settings = {
          onEpoch: ({ epoch }: { epoch: number }) => {
            if (epoch === 2) controller.abort(new WordmillError('aborted', 'interrupted'));
          },
        };
        await assert.rejects(trainOn(corpus, { options: OPTIONS, settings }, own, recovery), {
          kind: 'aborted',
        });
        await close();
        assert.deepEqual(saved, ['a checkpoint after epoch 1 of 3']);
        assert.deepEqual(await checkpointsIn(folder), ['checkpoint-000001.safetensors']);
      }),
    ));
});

describe('a training that is interrupted', { skip: nativeUnavailable() ?? false }, () => {
  test('while it measures the held-out loss does that again, and learns the same', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        const options = { ...OPTIONS, engine: 'native', validation: 0.3, patience: 2 } as const;
        const expected = await trainOn(corpus, { options }, context);
        const controller = new AbortController();
        const { recovery } = recording(folder, { interval: 0 });
        const stop = (note: string) => {
          if (note.startsWith('epoch 1')) controller.abort(new WordmillError('aborted', 'interrupted'));
        };
        const own = openContext({ signal: controller.signal, listener: { note: stop } });
        await assert.rejects(trainOn(corpus, { options }, own.context, recovery), { kind: 'aborted' });
        const vectors = await trainOn(corpus, { options }, context, goingOn(folder));
        assert.deepEqual(vectors.input, expected.input);
        assert.deepEqual(vectors.summary.validationLossByEpoch, expected.summary.validationLossByEpoch);
      }),
    ));

  test('after its last epoch has nothing left to train', () =>
    withRunFolder((folder) =>
      withCorpus(sentences, async (corpus, context) => {
        for (const validation of [0, 0.3]) {
          const options = { ...OPTIONS, engine: 'native', validation } as const;
          const { recovery } = recording(folder, { everyEpoch: true });
          const expected = await trainOn(corpus, { options }, context, recovery);
          const vectors = await trainOn(corpus, { options }, context, goingOn(folder));
          assert.deepEqual(vectors.input, expected.input);
          assert.equal(vectors.summary.words, expected.summary.words);
          assert.deepEqual(vectors.summary.lossByEpoch, expected.summary.lossByEpoch);
        }
      }),
    ));
});
