// `npm run setup:tensorflow`: sets TensorFlow's native library up for the TensorFlow engine, beside all checkouts, in
// ${XDG_CACHE_HOME:-~/.cache}/wordmill/tensorflow. tfjs-node's own installer is tried first, then a wheel of the Python
// package index. Does nothing where it is set up and loads. Uses only what Node brings, npm, pip and python3.
//   --optional           a failure is noted and ends well: TensorFlow then runs on portable backends, slower
//   --own-seconds N      how long tfjs-node's own installer may take (20); 0: it is not tried
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { parseArgs } from 'node:util';
import {
  buildFromWheel,
  installPackages,
  lacking,
  ownInstaller,
  prune,
  verify,
} from './tensorflow/install.mjs';
import { lock } from './tensorflow/lock.mjs';
import { cacheFolder, failureNote, packageIn, setupFolder, wheelHere } from './tensorflow/place.mjs';
import { endChildren, SetupFailure } from './tensorflow/process.mjs';
import { diskBytes, megabytes, say } from './tensorflow/progress.mjs';
import { checkSpace, freeBytes, removeLeftovers } from './tensorflow/room.mjs';
import { wheelPath } from './tensorflow/wheel.mjs';

const { optional, ownSeconds } = settings();

/** A set-up that is optional and failed is not tried again for so long: it would cost each run of the tests a minute. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** What an early end must undo. */
const undo = [];
process.on('exit', () => {
  for (const action of undo) action();
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => {
    endChildren();
    process.exit(code);
  });
}

try {
  await setUp();
} catch (error) {
  const known = error instanceof SetupFailure || error.syscall;
  fail(known ? error.message : error.stack);
}

/** What the command line asks for; ends with exit code 2 where it cannot be understood. */
function settings() {
  const options = {
    optional: { type: 'boolean', default: false },
    'own-seconds': { type: 'string', default: '20' },
  };
  try {
    const { optional, 'own-seconds': seconds } = parseArgs({ options }).values;
    if (!/^\d+$/.test(seconds))
      throw new Error(`--own-seconds takes a whole number of seconds, not '${seconds}'`);
    return { optional, ownSeconds: Number(seconds) };
  } catch (error) {
    console.error(`wordmill: ${error.message}`);
    process.exit(2);
  }
}

async function setUp() {
  if (await isThere()) return;
  if (optional && !process.env.WORDMILL_REQUIRE_NATIVE && failedLately()) return;
  mkdirSync(cacheFolder, { recursive: true });
  undo.push(await lock(`${setupFolder}.lock`));
  // Whoever held the lock may have done it.
  if (await isThere()) return;
  removeLeftovers();
  checkSpace(await freeBytes());
  const part = mkdtempSync(`${setupFolder}.part-${process.pid}-`);
  undo.push(() => rmSync(part, { recursive: true, force: true }));
  await installPackages(part);
  await bringLibrary(part);
  prune(part);
  const { version, failure } = await verify(part);
  if (failure) throw new SetupFailure(`what was built does not run:\n  ${failure}`);
  rmSync(setupFolder, { recursive: true, force: true });
  renameSync(part, setupFolder);
  rmSync(failureNote, { force: true });
  sayDone(version);
}

async function bringLibrary(part) {
  const reason = await ownInstaller(part, ownSeconds);
  if (reason === undefined) return;
  say(`that did not work (${reason.split('\n')[0]}); taking the library from a TensorFlow wheel`);
  const missing = lacking();
  if (missing.length > 0) {
    throw new SetupFailure(`missing: ${missing.join(', ')}\n(tfjs-node's own installer: ${reason})`);
  }
  await buildFromWheel(part);
}

/** Whether TensorFlow is set up and loads. */
async function isThere() {
  if (!existsSync(packageIn(setupFolder))) return false;
  const { version, failure } = await verify(setupFolder);
  if (failure) {
    say(`the TensorFlow in ${setupFolder} does not load; setting it up anew:\n  ${failure}`);
    return false;
  }
  if (!optional) say(`TensorFlow ${version} is set up in ${setupFolder}`);
  return true;
}

function failedLately() {
  if (!existsSync(failureNote)) return false;
  const at = statSync(failureNote).mtime;
  if (Date.now() - at.getTime() > RETRY_AFTER_MS) return false;
  const [reason] = readFileSync(failureNote, 'utf8').split('\n');
  say(
    `TensorFlow is not set up: ${reason} (tried at ${at.toISOString()}; npm run setup:tensorflow tries again)`,
  );
  return true;
}

function sayDone(version) {
  const { wheel } = wheelHere();
  const kept = wheel ? diskBytes(wheelPath(wheel)) : 0;
  say(`TensorFlow ${version} is set up in ${setupFolder}: ${megabytes(diskBytes(setupFolder))} of disk`);
  if (kept > 0)
    say(`its wheel is kept in ${wheelPath(wheel)}, to build again without a network: ${megabytes(kept)}`);
}

function fail(reason) {
  try {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(failureNote, `${reason}\n`);
  } catch {
    // The same disk may be the reason.
  }
  console.error(`wordmill: TensorFlow's native library could not be set up:\n${reason.replace(/^/gm, '  ')}`);
  say(
    optional
      ? 'going on without it; TensorFlow models run on portable backends, slower. `wordmill doctor` says more.'
      : 'TensorFlow models run without it, on portable backends, slower.',
  );
  if (!optional) process.exitCode = 1;
}
