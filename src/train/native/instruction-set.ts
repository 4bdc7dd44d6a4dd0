import { WordmillError } from '../../core/errors.js';

/** The instruction set that was asked for, or the widest. @throws WordmillError `unavailable` that names what this machine has. */
export function chooseInstructionSet(wanted: string, available: readonly string[]): string {
  if (wanted === 'auto') return available[0]!;
  if (available.includes(wanted)) return wanted;
  throw new WordmillError('unavailable', `this machine cannot run the instruction set ${wanted}`, {
    place: { key: 'train.instructionSet' },
    hint: `It has ${available.join(', ')}; auto takes the widest.`,
  });
}
