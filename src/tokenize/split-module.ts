import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TextBlock, TokenBlock } from '../core/blocks.js';
import { type ErrorPlace, WordmillError } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import type { Split } from './split-text.js';

/** A user's own tokenizing stage: text in, blocks of tokens out, or plain arrays of words by sentence. */
export type TokenizingStage = Stage<TextBlock, TokenBlock | readonly (readonly string[])[]>;

/** What a module gives: a stage, or a function from one unit of text to its words. */
export type TokenizingModule = { readonly stage: TokenizingStage } | { readonly split: Split };

/**
 * Loads a user's tokenizing module (ECMAScript or CommonJS; the path is taken from the working directory).
 *
 * Its default export is taken as a stage if it is an `async function*` or has a property `stage` that is true
 * (`export default Object.assign(compose(a, b), { stage: true })`); any other function is one from text to words.
 *
 * @throws WordmillError `usage`, naming the file, when it is missing, fails to load or exports no function.
 */
export async function loadModule(path: string): Promise<TokenizingModule> {
  const place = { file: path };
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new WordmillError('usage', 'there is no such tokenizing module', {
      place,
      hint: 'Give the path of a JavaScript file; it is taken from the working directory.',
    });
  }
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new WordmillError('usage', `this tokenizing module cannot be loaded: ${messageOf(error)}`, {
      place,
      cause: error,
    });
  }
  if (typeof exported !== 'function') {
    throw new WordmillError(
      'usage',
      `the default export of this tokenizing module is ${describe(exported)}`,
      {
        place,
        hint: 'Export a function from text to words, or a stage: async function* (input, context).',
      },
    );
  }
  return isStage(exported) ? { stage: exported } : { split: checkedSplit(exported as Split, place) };
}

/**
 * A user's function, with what it gives checked.
 *
 * @throws WordmillError `usage` (the returned function) when the user's throws or gives no iterable of strings.
 */
export function checkedSplit(split: Split, place: ErrorPlace): Split {
  return (text) => {
    let words: unknown[];
    try {
      const given: unknown = split(text);
      if (!isIterable(given)) throw wrongResult(given, place);
      words = Array.from(given);
    } catch (error) {
      if (error instanceof WordmillError) throw error;
      throw new WordmillError('usage', `the function from text to words failed: ${messageOf(error)}`, {
        place,
        cause: error,
      });
    }
    for (const word of words) {
      if (typeof word === 'string') continue;
      throw new WordmillError(
        'usage',
        `the function from text to words gave a word that is ${describe(word)}`,
        {
          place,
        },
      );
    }
    return words as string[];
  };
}

/** By tag and not by constructor, so that a function from another realm (a test runner's, a sandbox's) counts too. */
function isStage(value: object): value is TokenizingStage {
  return (
    Object.prototype.toString.call(value) === '[object AsyncGeneratorFunction]' ||
    (value as { stage?: unknown }).stage === true
  );
}

/** A string is refused: its items are characters, which is rarely what was meant. */
function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function wrongResult(given: unknown, place: ErrorPlace): WordmillError {
  return new WordmillError('usage', `the function from text to words gave ${describe(given)}`, {
    place,
    hint: 'Return an array of words (or another iterable). A stage that is not an async function* needs a property stage: true.',
  });
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return value instanceof Promise ? 'a promise' : 'an object that cannot be iterated';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
