import type { TextBlock } from '../core/blocks.js';
import type { Source } from '../core/stage.js';
import { readStream } from './input.js';
import type { SourceOptions } from './options.js';
import { checkedSource } from './source-problems.js';
import { textBlocks } from './text-blocks.js';

/**
 * Text from standard input; compressed data is recognised by content. It can be read once.
 *
 * @throws WordmillError `usage` and `data` as `files` does; `inputOutput` when reading fails
 */
export function stdin(options: Partial<SourceOptions> = {}): Source<TextBlock> {
  const checked = checkedSource({ ...options, stdin: true });
  return (_input, context) => {
    const chunks = readStream(process.stdin, 'standard input', context.signal);
    return textBlocks([{ name: 'standard input', chunks }], checked, context);
  };
}
