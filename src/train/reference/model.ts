import type { Outputs } from './loss.js';

/** How contexts predict a target: one by one (skip-gram) or together (CBOW). */
export interface Model {
  /**
   * One step of gradient descent for a group: the first `length` entries of `contexts`, and the output rows of their
   * common target. A pair's weight goes into the learning rate.
   *
   * @returns the group's loss in nats, from the values before each part of the step.
   */
  update(contexts: Uint32Array, length: number, outputs: Outputs, learningRate: number): number;
  /** Called at the end of each sentence (of each run of pairs), where a model keeps something over its groups. */
  endSentence?(): void;
  /**
   * Brings what a model keeps over groups to where it belongs, if this is a place where that changes nothing of what
   * comes; gives whether it is. Absent for a model that keeps nothing.
   */
  settle?(): boolean;
  /** How many predictions a group of so many contexts makes: what the mean loss is divided by. */
  predictions(length: number): number;
}
