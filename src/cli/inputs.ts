import { WordmillError } from '../core/errors.js';
import type { Definition } from '../pipeline/schema.js';

const STDIN = '-';

/**
 * What operands say of the source: files, or `-` for standard input; nothing where there are none.
 *
 * @throws WordmillError `usage` where `-` stands among files.
 */
export function sourceOfOperands(operands: readonly string[]): Partial<Definition['source']> {
  if (operands.length === 0) return {};
  if (operands.length === 1 && operands[0] === STDIN) return { stdin: true };
  if (operands.includes(STDIN)) {
    throw new WordmillError('usage', '- stands for standard input and cannot be mixed with files', {
      hint: 'Join them: cat FILES… | wordmill … -',
    });
  }
  return { files: [...operands] };
}

/**
 * Refuses to wait for text that nobody pipes in.
 *
 * @throws WordmillError `noInput` where standard input is wanted but is a terminal.
 */
export function checkStdin({ stdin, pairs }: Definition['source']): void {
  if ((stdin || pairs === STDIN) && process.stdin.isTTY) {
    throw new WordmillError('noInput', 'standard input is a terminal; there is nothing to read', {
      hint: 'Pipe text in (cat corpus.txt | wordmill …), or give files.',
    });
  }
}
