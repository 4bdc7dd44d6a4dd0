// `npm run test:sanitizers`: runs the native code under the compiler's sanitizers. Needs GCC or Clang with their
// run-time libraries.
//
//     node scripts/test-sanitizers.mjs             AddressSanitizer and UndefinedBehaviorSanitizer, over made data
//     node scripts/test-sanitizers.mjs --threads   ThreadSanitizer: no races but in the kernels
//     node scripts/test-sanitizers.mjs --addon     the addon itself under AddressSanitizer, called by its own tests
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headers, nodeGyp } from './node-gyp.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, 'src', 'native');
const compiler = process.env.CXX ?? 'g++';
const threads = process.argv.includes('--threads');
/** The instruction sets of this machine's kind of processor, each with its flags, as in binding.gyp. */
const instructionSets = {
  portable: [],
  ...{
    x64: {
      avx512: ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma'],
      avx2: ['-mavx2', '-mfma'],
    },
    arm64: { neon: [] },
  }[process.arch],
};
const isKernel = (name) => /(^|_)kernel_\w+\.cc$/.test(name);
/** Sources of kernels, each with the flags of the instruction set that its name ends in. */
const kernels = readdirSync(native)
  .filter(isKernel)
  .map((name) => [name, instructionSets[name.replace(/^.*_|\.cc$/g, '')]])
  .filter(([, flags]) => flags !== undefined);

const folder = mkdtempSync(join(tmpdir(), 'wordmill-sanitizers-'));
try {
  if (process.argv.includes('--addon')) testAddon();
  else await testProgram();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Links all that knows no JavaScript into a program of its own, and runs it. */
async function testProgram() {
  const sanitizers = threads
    ? ['-fsanitize=thread']
    : ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const tests = readdirSync(join(native, 'test')).filter((name) => /^sanitized.*\.cc$/.test(name));
  const sources = readdirSync(native).filter((name) => name.endsWith('.cc') && !isKernel(name));
  const jobs = [
    ...tests.map((name) => [`test/${name}`, sanitizers]),
    ...sources.filter((name) => !needsNode(name)).map((name) => [name, sanitizers]),
    // Kernels race in the matrices by design: the thread sanitizer is not to see what they do there.
    ...kernels.map(([name, flags]) => [name, threads ? flags : [...flags, ...sanitizers]]),
  ];
  const objects = jobs.map(([name]) => join(folder, `${name.replace('/', '-')}.o`));
  const next = jobs.entries();
  const compileRest = async () => {
    for (const [index, [name, flags]] of next) {
      const common = ['-std=c++17', '-O1', '-g', '-fno-omit-frame-pointer', '-Wall', '-Wextra'];
      await started(compiler, [...common, ...flags, '-c', join(native, name), '-o', objects[index]]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, compileRest));
  const program = join(folder, 'sanitized');
  await started(compiler, [...sanitizers, ...objects, '-o', program, '-lpthread']);
  const files = join(folder, 'files');
  mkdirSync(files);
  // Leaks are looked for where the system lets one process look into another; where it does not, the rest still is.
  await started(program, [files], { ASAN_OPTIONS: `detect_leaks=${canTrace() ? 1 : 0}` });
}

/** Whether a source reaches Node's headers. */
function needsNode(name, seen = new Set()) {
  if (seen.has(name)) return false;
  seen.add(name);
  const text = readFileSync(join(native, name), 'utf8');
  if (/#include <napi\.h>/.test(text)) return true;
  return [...text.matchAll(/#include "([^"]+)"/g)].some(([, header]) => needsNode(header, seen));
}

/** Builds the addon with AddressSanitizer in a copy of the checkout, and runs the tests that call it wrongly. */
function testAddon() {
  const copy = join(folder, 'checkout');
  for (const part of ['src', 'test', 'pipelines', 'package.json', 'tsconfig.json', 'binding.gyp']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const [program, ...first] = nodeGyp() ?? fail('node-gyp was not found');
  const nodedir = headers();
  const flags = '-fsanitize=address -fno-omit-frame-pointer -g';
  const environment = { ...process.env, CXX: compiler, CXXFLAGS: flags, LDFLAGS: '-fsanitize=address' };
  const build = [...first, 'rebuild', '--jobs=max', ...(nodedir ? [`--nodedir=${nodedir}`] : [])];
  run(program, build, { cwd: copy, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const runtime = spawnSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout.trim();
  const tests = [
    'test/native/fuzz.test.ts',
    'test/native/addon.test.ts',
    'test/formats/native-text-rows.test.ts',
    'test/fuzz/fuzz.test.ts',
  ];
  run(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=dot', ...tests], {
    cwd: copy,
    // V8 keeps much until the end; what the addon leaks is looked for by the program.
    env: { ...process.env, LD_PRELOAD: runtime, ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1' },
    stdio: 'inherit',
  });
}

function canTrace() {
  return process.getuid?.() === 0 && !/^TracerPid:\t[^0]/m.test(readFileSync('/proc/self/status', 'utf8'));
}

function run(program, args, options) {
  const { status, error, signal } = spawnSync(program, args, options);
  if (error || status !== 0) fail(`${program} failed: ${error?.message ?? signal ?? `exit code ${status}`}`);
}

function started(program, args, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    child.on('error', (error) => fail(`${program}: ${error.message}`));
    child.on('close', (code) => (code === 0 ? resolve() : fail(`${program} ended with exit code ${code}`)));
  });
}

function fail(message) {
  console.error(`test-sanitizers: ${message}`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}
