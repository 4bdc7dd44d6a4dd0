import type { Device, Variable } from '../backend/device.js';
import type { GroupBatch } from './group-batch.js';

/**
 * One step of skip-gram or CBOW: learns from a batch, with all scores computed from the values before it and the updates
 * of all its pieces added.
 *
 * @returns the sum of the losses, in nats, each times its weight.
 */
export type ShallowStep = (batch: GroupBatch) => number;

/** What a step with negative sampling reads and changes, by the rows that a batch uses. */
export interface ShallowMatrices {
  readonly device: Device;
  /** [words, dimensions] */
  readonly E: Variable;
  readonly W: Variable;
}
