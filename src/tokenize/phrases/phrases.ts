import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenBlock } from '../../core/blocks.js';
import { throwIfAborted } from '../../core/errors.js';
import { parseOptions } from '../../core/options.js';
import type { Stage, StageContext } from '../../core/stage.js';
import { type Phrase, phraseLines, readPhrases } from '../../formats/phrases.js';
import { watchSpace } from '../watch-space.js';
import { tableOf } from '../word-table.js';
import { type PhraseOptions, type PhraseSettings, phraseOptions } from './options.js';
import { PhraseCounter } from './phrase-counter.js';
import { PhraseJoiner } from './phrase-joiner.js';
import { StoredTokens } from './stored-tokens.js';

/**
 * A stage that joins words which often stand together to one: `new york` becomes `new_york`. It learns them from its own
 * input (kept in a scratch file, since input is read once, so that nothing comes out before all has come in), or reads
 * them from a file, and then streams. Phrases lie within sentences.
 *
 * @throws WordmillError `usage` for wrong settings, at once; from the stage: as `readPhrases`, `cannotCreate` for a
 * file of phrases that cannot be written.
 */
export function phrases(settings: PhraseSettings = {}): Stage<TokenBlock, TokenBlock> {
  const options = parseOptions(phraseOptions, settings, 'phrases');
  return options.read === undefined ? learned(options) : given(options.read);
}

function given(path: string): Stage<TokenBlock, TokenBlock> {
  return async function* joinGiven(input, context) {
    const { separator, connectors, passes } = await readPhrases(path);
    const table = tableOf(connectors);
    const joiners = passes.map((found) => new PhraseJoiner(found, table, separator));
    let blocks: AsyncIterable<TokenBlock> = input;
    for (const [pass, joiner] of joiners.entries()) blocks = joined(blocks, joiner, pass, context);
    yield* blocks;
  };
}

function learned(options: PhraseOptions): Stage<TokenBlock, TokenBlock> {
  return async function* joinLearned(input, context) {
    const { outputs, report } = context;
    const output = options.save === undefined ? undefined : await outputs.create(options.save);
    const words = [...new Set(options.connectors.split(/\s+/).filter((word) => word !== ''))];
    const connectors = tableOf(words);
    const folder = await context.scratchFolder();
    const passes: Phrase[][] = [];
    let blocks: AsyncIterable<TokenBlock> = input;
    for (let pass = 0; pass < options.passes; pass++) {
      const counter = new PhraseCounter(connectors, options.memory * 2 ** 20);
      const path = join(folder, `tokens-${pass}`);
      const stored = await countAndStore(blocks, counter, path, context);
      if (pass > 0) await rm(join(folder, `tokens-${pass - 1}`));
      if (counter.forgotten > 0) {
        report.note(
          `phrases, pass ${pass + 1}: counts are approximate: words and pairs that had come up to ${counter.forgotten} times were forgotten to keep to ${options.memory} MB (phrases.memory)`,
        );
      }
      const found = counter.phrases(options);
      report.count('phrases', `found in pass ${pass + 1}`, found.length);
      passes.push(found);
      blocks = joined(stored.blocks(), new PhraseJoiner(found, connectors, options.separator), pass, context);
    }
    if (output) {
      const { separator, scoring } = options;
      for (const bytes of phraseLines({ separator, connectors: words, scoring, passes }, options.save!)) {
        await output.write(bytes);
      }
      await output.finish();
    }
    yield* blocks;
  };
}

async function countAndStore(
  blocks: AsyncIterable<TokenBlock>,
  counter: PhraseCounter,
  path: string,
  context: StageContext,
): Promise<StoredTokens> {
  const space = watchSpace(path, context, 'intermediate file');
  const stored = await StoredTokens.create(path);
  let finished = false;
  try {
    for await (const block of blocks) {
      throwIfAborted(context.signal);
      counter.add(block);
      await space(stored.size);
      await stored.write(block);
    }
    await stored.finish();
    finished = true;
    return stored;
  } finally {
    if (!finished) await stored.close();
  }
}

async function* joined(
  blocks: AsyncIterable<TokenBlock>,
  joiner: PhraseJoiner,
  pass: number,
  { signal, report }: StageContext,
): AsyncGenerator<TokenBlock> {
  for await (const block of blocks) {
    throwIfAborted(signal);
    const before = joiner.joined;
    const { position } = block;
    const made = joiner.join(block);
    report.count('phrases', `joined in pass ${pass + 1}`, joiner.joined - before);
    yield position ? { ...made, position } : made;
  }
}
