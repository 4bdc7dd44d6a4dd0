import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Corpus,
  prepareCorpus,
  remembered,
  tokeniseFile,
  wordmill,
  workFolder,
} from '../support/data.js';

/** A text that the tools are compared on: as it is, and tokenised by wordmill, a sentence on each line. */
export interface Text extends Corpus {
  readonly name: string;
  /** Words of the tokenised text. */
  readonly tokens: number;
  /** Those that occur `MIN_COUNT` times or more: what every tool trains on, and what words/s counts. */
  readonly words: number;
  /** How many different ones. */
  readonly vocabulary: number;
  /** Their UTF-8 bytes, each word once. */
  readonly vocabularyBytes: number;
}

/** The least count of the main job's settings. */
export const MIN_COUNT = 5;

/** The whole shared corpus. */
export async function wholeText(): Promise<Text> {
  return measured('enwiki-a', await prepareCorpus());
}

/** The first lines of the shared corpus, some `megabytes` of raw text; made once. */
export async function prefixOfText(megabytes: number): Promise<Text> {
  const whole = await prepareCorpus();
  const name = `enwiki-a-${megabytes}MB`;
  const raw = join(workFolder, `${name}.txt`);
  if (!existsSync(raw)) {
    writeFileSync(`${raw}.part`, wholeLines(whole.raw, megabytes * 1e6));
    renameSync(`${raw}.part`, raw);
  }
  return measured(name, { raw, tokenised: tokeniseFile(raw, join(workFolder, `${name}.tokens.txt`)) });
}

/** The bytes of a file up to the last line break among the first `length`. */
export function wholeLines(path: string, length: number): Uint8Array {
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  const read = readSync(file, buffer, 0, length, 0);
  closeSync(file);
  return buffer.subarray(0, buffer.lastIndexOf('\n', read - 1) + 1);
}

async function measured(name: string, corpus: Corpus): Promise<Text> {
  const sizes = await remembered(`${name}-sizes`, async () => sizesOf(corpus.tokenised));
  return { name, ...corpus, ...sizes };
}

function sizesOf(tokenised: string): Pick<Text, 'tokens' | 'words' | 'vocabulary' | 'vocabularyBytes'> {
  const args = [wordmill, 'vocab', '--splitter', 'whitespace', '--no-lowercase', '--quiet', tokenised];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr.toString());
  const sizes = { tokens: 0, words: 0, vocabulary: 0, vocabularyBytes: 0 };
  for (const line of stdout.toString().split('\n').filter(Boolean)) {
    const end = line.lastIndexOf(' ');
    const count = Number(line.slice(end + 1));
    sizes.tokens += count;
    if (count < MIN_COUNT) continue;
    sizes.words += count;
    sizes.vocabulary++;
    sizes.vocabularyBytes += Buffer.byteLength(line.slice(0, end));
  }
  return sizes;
}
