import { z } from 'zod';
import { WordmillError } from '../../../core/errors.js';
import { readConfig } from '../model-config.js';
import type { ModelFolder } from '../model-folder.js';
import { optionsIn } from '../model-parts.js';
import { trainingStateSchema } from './training-state.js';

const definitionSchema = z.strictObject({
  model: z.record(z.string(), z.unknown()),
  train: z.record(z.string(), z.unknown()),
  text: z.strictObject({ vocabulary: z.string(), training: z.string(), heldOut: z.string().optional() }),
});

/** What training must not have changed to go on from a checkpoint. */
export type CheckpointDefinition = Readonly<z.output<typeof definitionSchema>>;

const savedSchema = z.object({
  checkpoint: z.strictObject({ definition: definitionSchema, training: trainingStateSchema }),
});

/** What of a checkpoint stands in `config.json`. */
export type SavedCheckpoint = z.output<typeof savedSchema>['checkpoint'];

/**
 * What `config.json` of a checkpoint says.
 *
 * @throws WordmillError `data` for a saved model that is no checkpoint, and for what no checkpoint says.
 */
export function savedCheckpoint(folder: Pick<ModelFolder, 'path' | 'options'>): SavedCheckpoint {
  if (folder.options.checkpoint !== undefined) return optionsIn(folder, savedSchema).checkpoint;
  throw new WordmillError('data', 'this is a saved model, but no checkpoint to go on from', {
    place: { file: folder.path },
    hint: 'Training that was finished leaves none; leave --resume out to train again.',
  });
}

/**
 * Makes sure that there is a checkpoint to go on from, before a text is read.
 *
 * @throws WordmillError as `readConfig` and `savedCheckpoint` say.
 */
export async function checkCheckpoint(path: string): Promise<void> {
  const { options } = await readConfig(path);
  savedCheckpoint({ path, options });
}
