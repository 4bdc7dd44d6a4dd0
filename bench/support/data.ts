import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { files, iterate } from '../../src/index.js';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const shared = join(root, '..', 'shared', 'data');
export const workFolder = join(root, 'bench', '.peers', 'work');
export const wordmill = join(root, 'bin', 'wordmill.js');

/** The raw corpus, unpacked, and the same text tokenised by wordmill (which the peers read); made once. */
export interface Corpus {
  readonly raw: string;
  readonly tokenised: string;
}

export async function prepareCorpus(): Promise<Corpus> {
  const packed = join(shared, 'enwiki-a.txt.zst');
  if (!existsSync(packed)) throw new Error(`The benchmarks need ${packed}.`);
  mkdirSync(workFolder, { recursive: true });
  const raw = join(workFolder, 'enwiki-a.txt');
  if (!existsSync(raw)) {
    const parts: Uint8Array[] = [];
    for await (const block of iterate(files(packed))) parts.push(block.bytes);
    writeFileSync(`${raw}.part`, Buffer.concat(parts));
    renameSync(`${raw}.part`, raw);
  }
  return { raw, tokenised: tokeniseFile(raw, join(workFolder, 'enwiki-a.tokens.txt')) };
}

/** Tokenises a raw text with wordmill, a sentence on each line, unless the output is there; gives the output's path. */
export function tokeniseFile(raw: string, output: string): string {
  if (existsSync(output)) return output;
  const { status, stdout, stderr } = spawnSync(process.execPath, [wordmill, 'tokenize', raw], {
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr.toString());
  writeFileSync(`${output}.part`, stdout);
  renameSync(`${output}.part`, output);
  return output;
}

/** Remembers a result on disk under a name, so that a peer's slow runs are not repeated. */
export async function remembered<T>(name: string, make: () => Promise<T>): Promise<T> {
  const path = join(workFolder, `${name}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T;
  const result = await make();
  writeFileSync(path, JSON.stringify(result));
  return result;
}
