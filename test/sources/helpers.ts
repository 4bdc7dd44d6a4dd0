import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TextBlock } from '../../src/core/blocks.js';
import { type ErrorKind, WordmillError } from '../../src/core/errors.js';
import type { RejectedRecord } from '../../src/core/rejected.js';
import type { Progress } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import { nothing, type Source } from '../../src/core/stage.js';

/** What a source gave and reported. */
export interface Outcome {
  readonly text: string;
  readonly blocks: readonly Uint8Array[];
  readonly counts: Record<string, number>;
  readonly dropped: Record<string, number>;
  readonly warnings: readonly string[];
  readonly progress: readonly Progress[];
  /** The file and line of each unit; only of `readWithOrigins`. */
  readonly places: readonly string[];
  /** What the source left out; only of `readWithOrigins`. */
  readonly rejected: readonly RejectedRecord[];
}

/** Runs a source to its end. */
export function read(source: Source<TextBlock>, signal?: AbortSignal): Promise<Outcome> {
  return readWith(source, signal ? { signal } : {});
}

/** The same, with the places of units and the records that were left out. */
export function readWithOrigins(source: Source<TextBlock>): Promise<Outcome> {
  return readWith(source, { keepRejected: true });
}

async function readWith(
  source: Source<TextBlock>,
  { signal, keepRejected = false }: { signal?: AbortSignal; keepRejected?: boolean },
): Promise<Outcome> {
  const progress: Progress[] = [];
  const opened = openContext({
    ...(signal ? { signal } : {}),
    listener: { progress: (step) => progress.push(step) },
  });
  const rejected: RejectedRecord[] = [];
  const add = async (records: readonly RejectedRecord[]) => void rejected.push(...records);
  const context = keepRejected ? { ...opened.context, rejected: { add } } : opened.context;
  try {
    const blocks: Uint8Array[] = [];
    const places: string[] = [];
    for await (const { bytes, origins } of source(nothing(), context)) {
      blocks.push(bytes);
      for (const { file, firstUnit, lines } of origins ?? []) {
        assert.equal(firstUnit, places.length - placesBefore(blocks));
        for (const line of lines) places.push(`${file}:${line}`);
      }
    }
    return {
      places,
      rejected,
      dropped: context.report.stages.source?.dropped ?? {},
      text: Buffer.concat(blocks).toString(),
      blocks,
      counts: context.report.stages.source?.counts ?? {},
      warnings: context.report.warnings,
      progress,
    };
  } finally {
    await opened.close();
  }
}

/** How many units there are in all blocks but the last. */
function placesBefore(blocks: readonly Uint8Array[]): number {
  return Buffer.concat(blocks.slice(0, -1)).filter((byte) => byte === 0x0a).length;
}

/** What `assert.rejects` takes: the error's kind, and what its message must match. */
export function failsWith(kind: ErrorKind, ...patterns: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WordmillError, String(error));
    assert.equal(error.kind, kind);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}

/** An empty folder that is removed after the test. */
export function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Whether a program is installed. */
export function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** What a program makes of its standard input. */
export function filter(program: string, args: string[], input: Uint8Array | string): Buffer {
  return execFileSync(program, args, { input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'ignore'] });
}

/** Bytes in chunks of a length. */
export async function* inChunks(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}
