import { join } from 'node:path';
import { z } from 'zod';
import { WordmillError } from '../../../core/errors.js';
import { wholeNumber } from '../../../core/options.js';
import { vocabularyLines } from '../../../formats/vocabulary.js';
import { CharacterVocabulary } from '../../tagging/characters.js';
import { SCHEMES } from '../../tagging/schemes.js';
import type { Device } from '../backend/device.js';
import { loadModelFolder, type ModelFolder } from '../model-folder.js';
import { optionsIn, restoreParameters, tensorIn, VOCABULARY_FILE, vocabularyOf } from '../model-parts.js';
import { TaggerModel } from './model.js';
import { taggerOptions } from './options.js';
import type { TaggerParts } from './tagger.js';
import type { VectorOf } from './vocabulary.js';

/** A list of the characters that have an id, in the order of their ids. */
const CHARACTERS_FILE = 'characters.json';

/** What of a tagger stands in `config.json`. */
const savedSchema = z.object({
  scheme: z.enum(SCHEMES),
  tags: z.array(z.string()).min(1),
  dimensions: wholeNumber(1),
  tagger: taggerOptions,
  history: z.array(
    z.strictObject({ epoch: wholeNumber(1), loss: z.number(), developmentF1: z.number().optional() }),
  ),
});

/** A tagger's part of `config.json`. */
export function savedOptions({
  scheme,
  tags,
  encoding,
  options,
  history,
}: TaggerParts): Record<string, unknown> {
  return { scheme, tags, dimensions: encoding.dimensions, tagger: options, history };
}

/** A tagger's files beside weights and configuration. */
export function savedTexts({ encoding }: TaggerParts): Map<string, string | Iterable<Uint8Array>> {
  const texts = new Map<string, string | Iterable<Uint8Array>>();
  texts.set(VOCABULARY_FILE, vocabularyLines(encoding.vocabulary));
  if (encoding.characters) texts.set(CHARACTERS_FILE, `${JSON.stringify(encoding.characters.characters)}\n`);
  return texts;
}

/** Reads what `Tagger.save` wrote. @throws WordmillError as `Tagger.load` says. */
export async function loadSavedTagger(
  path: string,
  device: Device,
  vectorOf: VectorOf | undefined,
): Promise<TaggerParts> {
  const folder = await loadModelFolder(path, 'tagger');
  const { scheme, tags, dimensions, tagger: options, history } = parsedOptions(folder);
  const vocabulary = await vocabularyOf(folder, { unknown: 'token', rowsOf: 'words' });
  const characters = options.model.characters ? charactersOf(folder) : undefined;
  const rows = tensorIn(folder, 'words', [vocabulary.size, dimensions]);
  const shape = { words: vocabulary.size, dimensions, characters, scheme, tags, options };
  const model = new TaggerModel(device, shape, rows);
  try {
    restoreParameters(folder, model.others);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const { lowercase, shapes } = options.model;
  const encoding = { vocabulary, lowercase, characters, shapes, dimensions, vectorOf };
  return { model, encoding, scheme, tags, options, history };
}

/** What stands in `config.json` of a saved tagger. @throws WordmillError `data` for what no tagger has. */
export function parsedOptions(folder: ModelFolder): z.output<typeof savedSchema> {
  return optionsIn(folder, savedSchema);
}

function charactersOf({ path, texts }: ModelFolder): CharacterVocabulary {
  const place = { file: join(path, CHARACTERS_FILE) };
  try {
    return new CharacterVocabulary(z.array(z.string()).parse(JSON.parse(texts.get(CHARACTERS_FILE) ?? '')));
  } catch (cause) {
    throw new WordmillError('data', `this is no list of characters: ${(cause as Error).message}`, {
      place,
      cause,
      hint: 'Restore the file as it was saved, or train again.',
    });
  }
}
