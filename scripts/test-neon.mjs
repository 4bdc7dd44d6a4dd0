// `npm run test:neon`: cross-builds the kernels for arm64 with Debian's compiler, runs them under qemu, and compares
// what they learn with what this machine's portable kernel learns from the same fixed inputs; this machine's other
// kernels likewise. Needs g++, g++-aarch64-linux-gnu and qemu-user; as root on Debian it installs what is missing.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, 'src', 'native');
const out = join(root, 'build', 'neon');
const common = ['-std=c++17', '-O3', '-ffp-contract=fast', '-Wall', '-Wextra'];
const shared = ['test/compare_kernels.cc', 'instruction_sets.cc', 'kernel_portable.cc', 'subwords.cc'];
/** By Node's name of the architecture: the kernels besides the portable one, and their flags, as in binding.gyp. */
const kernels = {
  x64: {
    'kernel_avx512.cc': ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma'],
    'kernel_avx2.cc': ['-mavx2', '-mfma'],
  },
  arm64: { 'kernel_neon.cc': [] },
};

const cross = 'aarch64-linux-gnu-g++';
install({ 'g++': 'g++', [cross]: 'g++-aarch64-linux-gnu', 'qemu-aarch64': 'qemu-user' });
mkdirSync(out, { recursive: true });
const here = build('g++', process.arch, []);
const there = build(cross, 'arm64', ['-static']);
const expected = join(out, 'expected.bin');
run(here, ['write', expected]);
console.log(`this machine (${process.arch}):`);
run(here, ['compare', expected]);
console.log('arm64, under qemu-aarch64, against this machine:');
run('qemu-aarch64', [there, 'compare', expected]);
console.log('All kernels agree.');

/** Compiles the comparison for an architecture; gives the program's path. */
function build(compiler, architecture, flags) {
  const objects = [];
  const compile = (source, more) => {
    const object = join(out, `${architecture}-${source.replace(/.*\//, '')}.o`);
    run(compiler, [...common, ...more, '-c', join(native, source), '-o', object]);
    objects.push(object);
  };
  for (const source of shared) compile(source, []);
  for (const [source, more] of Object.entries(kernels[architecture] ?? {})) compile(source, more);
  const program = join(out, `compare-${architecture}`);
  run(compiler, [...flags, ...objects, '-o', program]);
  return program;
}

/** Makes sure that programs are there: by name, with the package that brings each. */
function install(programs) {
  const missing = Object.keys(programs).filter((name) => spawnSync(name, ['--version']).error);
  if (missing.length === 0) return;
  const packages = missing.map((name) => programs[name]);
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).error) {
    fail(`missing: ${missing.join(', ')}. On Debian: apt-get install ${packages.join(' ')}`);
  }
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error || status !== 0) fail(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

function fail(message) {
  console.error(`test-neon: ${message}`);
  process.exit(1);
}
