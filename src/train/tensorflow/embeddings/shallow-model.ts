import type { GroupBatch } from './group-batch.js';

/** One step of skip-gram or CBOW on a device. */
export interface ShallowModel {
  /**
   * Learns from a batch: all scores are computed from the values before it, and the updates of all its pieces added.
   *
   * @returns the sum of the losses, in nats, each times its weight.
   */
  step(batch: GroupBatch): number;
}
