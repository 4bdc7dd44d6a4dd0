import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WordmillError } from '../core/errors.js';
import { isUrl } from '../core/shown-url.js';
import { nothing, type StageContext } from '../core/stage.js';
import { readingOf, tokensOf } from '../pipeline/inputs.js';
import { openingError } from '../sources/input.js';
import { fileParts } from '../sources/parts.js';
import type { Blob } from '../storage/blob.js';
import { type SpooledText, spoolText } from '../tokenize/count.js';
import { storeSpool } from '../tokenize/stored-spool.js';
import { watchSpace } from '../tokenize/watch-space.js';
import { definitionOf } from './plan-shards.js';
import { type IngestRecord, ingestSchema, type Part, type RunPlan } from './records.js';
import type { StepContext } from './step.js';
import { withStages } from './with-stages.js';

/**
 * Reads a shard of the text: counts its words, and stores its tokens. What a later step needs of it is in storage then,
 * so that no step reads the text again.
 *
 * @throws WordmillError as a local run does that reads these files; `data` where one has changed since the plan was made,
 * `usage` for a shard that the plan does not have.
 */
export async function ingestShard(context: StepContext, shard: number): Promise<IngestRecord> {
  const { storage, plan, signal } = context;
  const name = `ingest-${shard}`;
  const parts = partsOf(plan, shard);
  const done = await storage.read(name, ingestSchema, signal);
  if (done) return done;
  const begun = performance.now();
  await requirePlannedFiles(parts, plan, context);
  const record = await withStages(context, async (stages) => {
    const text = await spoolParts(parts, plan, stages);
    return {
      shard,
      sentences: text.sentences,
      tokens: text.tokens,
      types: text.words.types,
      ...(await storeText(text, context)),
      stages: stages.report.state().stages,
      seconds: (performance.now() - begun) / 1_000,
    };
  });
  return storage.writeOnce(name, ingestSchema, record, signal);
}

/** The parts of a shard. @throws WordmillError `usage` where there is no such shard. */
export function partsOf({ shards }: RunPlan, shard: number): readonly Part[] {
  const parts = shards[shard];
  if (parts) return parts;
  throw new WordmillError('usage', `there is no shard ${shard}: this run has ${shards.length}`, {
    place: { key: '--shard' },
    hint: `Give 0 to ${shards.length - 1}. A small corpus has fewer shards than were asked for.`,
  });
}

async function spoolParts(parts: readonly Part[], plan: RunPlan, stages: StageContext): Promise<SpooledText> {
  const definition = definitionOf(plan);
  const { files: _, ...reading } = readingOf(definition.source);
  const tokens = tokensOf(definition, undefined, fileParts(parts, reading));
  const limits = { memoryBytes: definition.vocabulary.memory * 1e6, signal: stages.signal };
  return storeSpool(await stages.scratchFolder(), 'spool', (folder) =>
    spoolText(tokens(nothing(), stages), folder, limits, { space: watchSpace(folder, stages) }),
  );
}

/** Puts the files of a spool in storage, and the run of all its words. */
async function storeText(
  { words }: SpooledText,
  { storage, signal, scratchFolder }: StepContext,
): Promise<Pick<IngestRecord, 'counts' | 'spool'>> {
  const spool: Record<string, Blob> = {};
  for (const file of (await readdir(words.folder)).sort())
    spool[file] = await storage.put(join(words.folder, file), signal);
  return { spool, counts: spool[words.list] ?? (await storage.put(await emptyFile(scratchFolder), signal)) };
}

/** What stands for the words of a text without any. */
async function emptyFile(scratchFolder: StepContext['scratchFolder']): Promise<string> {
  const path = join(await scratchFolder(), 'words');
  await writeFile(path, '');
  return path;
}

/** @throws WordmillError `data` where a file has another length than when the plan was made; `noInput` where it is gone. */
async function requirePlannedFiles(
  parts: readonly Part[],
  { inputs }: RunPlan,
  { report }: StepContext,
): Promise<void> {
  for (const path of new Set(parts.map((part) => part.path))) {
    if (isUrl(path)) continue;
    const planned = inputs[path] as { bytes: number; modified: number } | undefined;
    const found = await stat(path).catch((error: unknown) => {
      throw openingError(
        error,
        path,
        'Workers need the files of a run under the same paths as where it was planned.',
      );
    });
    if (planned === undefined || !found.isFile()) continue;
    if (found.size !== planned.bytes) {
      throw new WordmillError(
        'data',
        `this file has changed since the run was planned: ${planned.bytes} bytes then, ${found.size} now`,
        { place: { file: path }, hint: 'Plan a new run, and leave its files alone until it is done.' },
      );
    }
    if (Math.abs(found.mtimeMs - planned.modified) >= 1_000) {
      report.warn(
        `changed ${path}`,
        `${path} has the planned length but another time: if it is no copy, it has changed since the run was planned`,
      );
    }
  }
}
