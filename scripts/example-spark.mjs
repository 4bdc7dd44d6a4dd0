// `npm run example:spark [-- TEXT]`: counts a text's vocabulary on Spark, in local mode, by examples/spark/vocabulary.py,
// and compares it with what `wordmill vocab` writes. Installs PySpark into bench/.peers/spark; Java must be there.
// Without a text, that of the quick start is taken. Spark reads no zstd by itself: give plain text or gzip.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { peerPython } from './peers.mjs';
import { quickstartCorpus } from './quickstart-corpus.mjs';
import { root, setup } from './setup.mjs';

const MIN_COUNT = '2';
const PARTITIONS = '4';

requireJava();
setup();
const python = peerPython('spark');
const given = process.argv[2];
if (given === undefined) quickstartCorpus();
const out = join(root, 'out');
mkdirSync(out, { recursive: true });
const ofSpark = join(out, 'vocabulary.spark.txt');
const binary = join(root, 'bin', 'wordmill.js');

const text = given === undefined ? join(root, '.quickstart') : resolve(given);
const begun = performance.now();
must(python, [
  join(root, 'examples', 'spark', 'vocabulary.py'),
  // A pattern: Spark passes over what begins with a dot.
  ...[given === undefined ? join(text, '*') : text, ofSpark],
  ...['--partitions', PARTITIONS, '--min-count', MIN_COUNT],
  ...['--wordmill', `'${process.execPath}' '${binary}'`],
]);
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
const local = spawnSync(process.execPath, [binary, 'vocab', '--min-count', MIN_COUNT, text], {
  maxBuffer: 2 ** 30,
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (local.status !== 0) process.exit(local.status ?? 1);
const found = readFileSync(ofSpark);
// `vocab` ends with the count of <UNK> where words were left out, and so does `shard merge`.
const words = found.toString().split('\n').length - 1;
if (!found.equals(local.stdout)) {
  console.error(`${ofSpark} is not what wordmill vocab writes of ${text}`);
  process.exit(1);
}
console.error(
  `${words} lines in ${seconds} s on Spark, the same to the byte as wordmill vocab's: ${ofSpark}`,
);

function requireJava() {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1]);
  if (status === 0 && version >= 17) return;
  const found = status === 0 ? `this is Java ${version}` : 'there is no java';
  console.error(
    `Spark needs Java 17 or later, and ${found}. On Debian: apt-get install default-jre-headless`,
  );
  process.exit(1);
}

function must(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', PYSPARK_PYTHON: command },
  });
  if (status !== 0) process.exit(status ?? 1);
}
