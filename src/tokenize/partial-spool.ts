import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InputPosition } from '../core/blocks.js';
import type { SpoolChunks } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';
import { wholeNumber } from '../core/options.js';
import { outputError } from '../core/outputs.js';
import type { Recovery } from '../core/recovery.js';
import { replaceFile } from '../core/replace-file.js';
import type { Report, ReportState } from '../core/report.js';
import { sealedJson, unsealedJson } from '../core/sealed-json.js';
import type { BufferedFile } from './buffered-file.js';
import { checkChunks, readChunks, writeChunks } from './chunk-table.js';
import type { CounterState } from './generations.js';
import {
  checkFiles,
  describeFile,
  generationsSchema,
  prunedSchema,
  reportSchema,
  type SpoolFiles,
  spoolFileName,
  spoolFilesSchema,
} from './spool-files.js';
import type { SpoolWriter, SpoolWriterState } from './spool-writer.js';
import type { TokenCounter } from './token-counter.js';

/**
 * A spool that grows, with what a later run needs to go on with it: how far the source had come, the words of the open
 * generation, the chunk table. What is saved changes nothing of what is written afterwards, so that a spool is the same
 * to the byte however often its run was interrupted.
 */

const SAVED = 'partial.json';
const FORMAT = 'wordmill partial spool';
const VERSION = 1;

const spoolPosition = z.strictObject({
  byte: wholeNumber(0),
  sentences: wholeNumber(0),
  tokens: wholeNumber(0),
});
/** How large a table of words has grown. */
const powerOfTwo = wholeNumber(1)
  .max(2 ** 32)
  .refine((size) => Number.isInteger(Math.log2(size)));

const savedSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  key: z.unknown(),
  position: z.strictObject({
    input: wholeNumber(0),
    units: wholeNumber(0),
    source: reportSchema.shape.stages.valueType,
  }),
  report: reportSchema,
  writer: z.strictObject({ generation: wholeNumber(0), end: spoolPosition, openChunk: spoolPosition }),
  chunks: wholeNumber(0),
  counter: z.strictObject({
    generations: generationsSchema,
    pruned: prunedSchema,
    prunings: wholeNumber(0),
    size: z.strictObject({ slots: powerOfTwo, arenaBytes: powerOfTwo }),
  }),
  names: z.strictObject({ tokens: spoolFileName, chunks: spoolFileName, words: spoolFileName }),
  files: spoolFilesSchema,
});

type Saved = z.infer<typeof savedSchema>;

/** What an earlier run has left. */
export interface SavedSpool {
  readonly position: InputPosition;
  readonly report: ReportState;
  readonly writer: { readonly state: SpoolWriterState; readonly chunks: SpoolChunks };
  readonly counter: CounterState;
  /** The file with the words of the open generation. */
  readonly wordsPath: string;
  /** Which of the two sets of files it is in. */
  readonly turn: number;
  /** Of the tokens that count. */
  readonly tokens: { readonly bytes: number; readonly checksum: number };
}

/** How far a block has brought the source and the report. */
export interface PassedBlock {
  readonly position: InputPosition;
  readonly report: ReportState;
}

/** What of a spool is written while it grows. */
export interface GrowingSpool {
  readonly file: BufferedFile;
  readonly writer: SpoolWriter;
  readonly counter: TokenCounter;
}

/** The folder of a growing spool. */
export class PartialSpool {
  readonly folder: string;
  /** What there is to go on from. */
  readonly saved: SavedSpool | undefined;
  /** What is read, and how. */
  readonly key: unknown;
  readonly #recovery: Recovery;
  readonly #checksums = new Map<string, SpoolFiles[string]>();
  /** The set of files that the next save writes. */
  #turn: number;
  #since = performance.now();

  /**
   * Opens the folder: with what was saved, where the run resumes and that is whole, else empty.
   *
   * @param key what is read and how, which is noted.
   * @throws WordmillError as `outputError` says.
   */
  static async open(folder: string, key: unknown, recovery: Recovery, report: Report): Promise<PartialSpool> {
    const saved = recovery.resume ? await readSaved(folder, report) : undefined;
    try {
      if (!saved) await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw outputError(error, folder, 'spool');
    }
    if (saved) recovery.saved(READ_SO_FAR);
    return new PartialSpool(folder, key, recovery, saved);
  }

  private constructor(folder: string, key: unknown, recovery: Recovery, saved: SavedSpool | undefined) {
    this.folder = folder;
    this.saved = saved;
    this.key = key;
    this.#recovery = recovery;
    this.#turn = saved ? 1 - saved.turn : 0;
  }

  /** Saves where the spool stands if the interval is over. */
  async pass(passed: PassedBlock, growing: GrowingSpool): Promise<void> {
    const { interval } = this.#recovery;
    if (interval <= 0 || performance.now() - this.#since < 1_000 * interval) return;
    await this.save(passed, growing);
  }

  /** Saves where the spool stands, between two blocks. @throws WordmillError as `outputError` says. */
  async save({ position, report }: PassedBlock, { file, writer, counter }: GrowingSpool): Promise<void> {
    // By turns, so that the files of the state before are whole until this one is.
    const names = { tokens: 'tokens', ...namesOf(this.#turn) };
    await file.flush({ sync: true });
    const { chunks, state } = writer;
    await writeChunks(join(this.folder, names.chunks), chunks);
    const counted = await counter.save(join(this.folder, names.words));
    const files: SpoolFiles = { tokens: { bytes: file.bytes, checksum: file.checksum } };
    for (const name of [names.chunks, names.words]) files[name] = await describeFile(join(this.folder, name));
    for (const { file: name } of counted.generations) {
      const described = this.#checksums.get(name) ?? (await describeFile(join(this.folder, name)));
      this.#checksums.set(name, described);
      files[name] = described;
    }
    const saved: Saved = {
      ...{ format: FORMAT, version: VERSION, key: this.key, position, writer: state, chunks: chunks.length },
      ...{ report: report as Saved['report'], counter: counted as Saved['counter'], names, files },
    };
    await replaceFile(join(this.folder, SAVED), sealedJson(saved), 'spool');
    this.#turn = 1 - this.#turn;
    this.#since = performance.now();
    this.#recovery.saved(READ_SO_FAR);
  }

  /** Removes what only a growing spool needs. */
  async removeSaved(): Promise<void> {
    for (const name of [SAVED, ...TURNS.flatMap((turn) => Object.values(namesOf(turn)))]) {
      await rm(join(this.folder, name), { force: true });
    }
  }
}

/** What there is to go on from, in words. */
const READ_SO_FAR = 'the text read so far';

const TURNS = [0, 1];

function namesOf(turn: number): Pick<Saved['names'], 'chunks' | 'words'> {
  return { chunks: `partial-chunks-${turn}`, words: `partial-words-${turn}` };
}

/** What the fingerprint of a growing spool was made of; undefined where that cannot be said. */
export async function keyOfPartial(folder: string): Promise<unknown> {
  return (await parseSaved(folder).catch(() => undefined))?.key;
}

async function readSaved(folder: string, report: Report): Promise<SavedSpool | undefined> {
  try {
    const saved = await parseSaved(folder);
    if (!saved) return undefined;
    const { position, report: counted, writer, counter, names, files } = saved;
    const tokens = files[names.tokens];
    for (const name of [names.chunks, names.words, ...counter.generations.map(({ file }) => file)]) {
      if (!files[name]) throw new WordmillError('data', `its ${SAVED} says nothing of ${name}`);
    }
    if (tokens?.bytes !== writer.end.byte) throw new WordmillError('data', `its ${SAVED} does not add up`);
    await checkFiles(folder, files, names.tokens);
    const chunks = await readChunks(join(folder, names.chunks), saved.chunks);
    checkChunks(chunks, { end: writer.openChunk, generations: writer.generation + 1 });
    return {
      ...{ position, report: counted as ReportState, writer: { state: writer, chunks }, counter, tokens },
      wordsPath: join(folder, names.words),
      turn: Math.max(0, TURNS.map((turn) => namesOf(turn).words).indexOf(names.words)),
    };
  } catch (error) {
    report.warn(
      `partial spool ${folder}`,
      `the spool in ${folder} cannot be gone on with, and the text is read anew: ${(error as Error).message.split('\n')[0]}`,
    );
    return undefined;
  }
}

async function parseSaved(folder: string): Promise<Saved | undefined> {
  const path = join(folder, SAVED);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = savedSchema.safeParse(unsealedJson(text, path));
  if (!parsed.success) throw new WordmillError('data', `its ${SAVED} is of another version`);
  return parsed.data;
}
