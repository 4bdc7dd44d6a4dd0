import type { TokenBlock } from '../core/blocks.js';
import { WordmillError } from '../core/errors.js';
import { ASCII_WHITE_SPACE } from './split-chunks.js';

/**
 * The tokens as text: each sentence on a line of its own, ended by `\n`, its words separated by one space. The
 * splitter `whitespace` reads it back.
 *
 * @throws WordmillError `data` when a word holds ASCII white space (a pattern or a module may make such words).
 */
export function tokensToText({ bytes, tokenEnds, sentenceEnds }: TokenBlock): Uint8Array {
  const text = new Uint8Array((tokenEnds.at(-1) ?? 0) + tokenEnds.length + sentenceEnds.length);
  let position = 0;
  let start = 0;
  let token = 0;
  for (let sentence = 0; sentence < sentenceEnds.length; sentence++) {
    const lineStart = position;
    for (const sentenceEnd = sentenceEnds[sentence]!; token < sentenceEnd; token++) {
      const end = tokenEnds[token]!;
      for (let i = start; i < end; i++) {
        const byte = bytes[i]!;
        if (ASCII_WHITE_SPACE[byte] === 1) throw whiteSpaceInside(bytes.subarray(start, end));
        text[position++] = byte;
      }
      text[position++] = 0x20;
      start = end;
    }
    // The line break takes the place of the last word's space.
    if (position > lineStart) position--;
    text[position++] = 0x0a;
  }
  return text.subarray(0, position);
}

function whiteSpaceInside(word: Uint8Array): WordmillError {
  const shown = JSON.stringify(new TextDecoder().decode(word).slice(0, 60));
  return new WordmillError(
    'data',
    `the word ${shown} has white space in it, which text output cannot carry`,
    {
      hint: 'Change the pattern or the module so that words have none; join their parts with "_", say.',
    },
  );
}
