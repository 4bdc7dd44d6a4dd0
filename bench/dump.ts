/**
 * Wikipedia dumps: decoding bzip2 against Python's and the program bzip2, and reading a dump to words against gensim's
 * WikiCorpus.
 *
 *   npm run bench:dump                           120 MB of XML, 3 rounds
 *   npm run bench:dump -- --megabytes 30 --rounds 1
 *
 * The dump is made: the pages of the extract in ../shared/data over and over, once in a single stream as `pages-articles.xml.bz2`
 * has it, once in a stream for each 100 pages as `pages-articles-multistream.xml.bz2`. Whole processes are timed, in turns.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gensimPython } from '../scripts/peers.mjs';
import { files, iterate } from '../src/index.js';
import { root, shared, wordmill, workFolder } from './support/data.js';
import { type Measured, measure } from './support/measure.js';
import { median } from './support/statistics.js';

const { values: options } = parseArgs({
  options: { megabytes: { type: 'string', default: '120' }, rounds: { type: 'string', default: '3' } },
});
const PAGES_A_STREAM = 100;

const { single, multi, bytes } = await dumps(Number(options.megabytes) * 1e6);
const python = gensimPython();
const decode = (path: string): (() => Promise<Measured>) => {
  const module = join(root, 'dist', 'compression', 'decompress.js');
  const code = `import { createReadStream } from 'node:fs'; import { decompress } from ${JSON.stringify(module)};
    let bytes = 0; for await (const chunk of decompress(createReadStream(${JSON.stringify(path)}, { highWaterMark: 524288 }), 'dump')) bytes += chunk.length;`;
  return () => measure(process.execPath, ['--input-type=module', '-e', code]);
};
const inShell = (command: string): Promise<Measured> => measure('sh', ['-c', command]);
const words =
  (path: string): (() => Promise<Measured>) =>
  () =>
    inShell(`${process.execPath} ${wordmill} tokenize --quiet ${path} > /dev/null`);
const jobs: Record<string, () => Promise<Measured>> = {
  'decode, one stream: wordmill': decode(single),
  'decode, many streams: wordmill': decode(multi),
  'decode, one stream: bzip2': () => inShell(`bzip2 -dc ${single} > /dev/null`),
  'decode, one stream: Python': () =>
    measure(python, [
      '-c',
      `import bz2, shutil, io\nshutil.copyfileobj(bz2.open(${JSON.stringify(single)}), open('/dev/null', 'wb'), 1 << 20)`,
    ]),
  'to words, one stream: wordmill': words(single),
  'to words, many streams: wordmill': words(multi),
  'to words, one stream: gensim': () =>
    measure(python, [join(root, 'bench', 'peers', 'gensim_dump.py'), single]),
};
const runs: Record<string, Measured[]> = {};
for (let round = 0; round < Number(options.rounds); round++) {
  const names = Object.keys(jobs);
  for (const name of round % 2 === 0 ? names : names.reverse()) {
    runs[name] ??= [];
    runs[name].push(await jobs[name]!());
  }
}

console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}; ${(bytes / 1e6).toFixed(0)} MB of XML\n`,
);
console.log('| | best | best MB/s | median | peak memory |\n|---|---|---|---|---|');
for (const name of Object.keys(jobs)) {
  const seconds = runs[name]!.map((run) => run.seconds);
  const best = Math.min(...seconds);
  const peak = Math.max(...runs[name]!.map((run) => run.megabytes));
  console.log(
    `| ${name} | ${best.toFixed(1)} s | ${(bytes / 1e6 / best).toFixed(1)} | ${median(seconds).toFixed(1)} s | ${peak.toFixed(0)} MB |`,
  );
}

/** A dump of some size in both forms, made once. */
async function dumps(size: number): Promise<{ single: string; multi: string; bytes: number }> {
  const extract = join(shared, 'enwiki-dump-extract.xml.bz2');
  if (!existsSync(extract)) throw new Error(`This benchmark needs ${extract}.`);
  const parts: Uint8Array[] = [];
  for await (const block of iterate(files(extract, { format: 'text' }))) parts.push(block.bytes);
  const xml = Buffer.concat(parts).toString();
  const start = xml.indexOf('  <page>');
  const end = xml.indexOf('</mediawiki>');
  const pages = xml.slice(start, end).split(/(?<=<\/page>\n)/);
  const times = Math.max(1, Math.round(size / xml.length));
  const all = Array<string[]>(times).fill(pages).flat();
  const bytes = Buffer.byteLength(xml) * times;

  mkdirSync(workFolder, { recursive: true });
  const [single, multi] = ['dump', 'dump-multistream'].map((name) =>
    join(workFolder, `${name}-${times}.xml.bz2`),
  );
  if (!existsSync(single!))
    writeFileSync(single!, packed([xml.slice(0, start), ...all, xml.slice(end)].join('')));
  if (!existsSync(multi!)) {
    const streams = [xml.slice(0, start)];
    for (let at = 0; at < all.length; at += PAGES_A_STREAM)
      streams.push(all.slice(at, at + PAGES_A_STREAM).join(''));
    writeFileSync(multi!, Buffer.concat([...streams, xml.slice(end)].map(packed)));
  }
  return { single: single!, multi: multi!, bytes };
}

function packed(text: string): Buffer {
  if (spawnSync('bzip2', ['--version']).error) throw new Error('This benchmark needs the program bzip2.');
  return execFileSync('bzip2', ['-c'], { input: text, maxBuffer: 2 ** 31 - 1 });
}
