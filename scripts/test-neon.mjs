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
const common = ['-std=c++17', '-O3', '-Wall', '-Wextra'];
/** What both programs are made of besides their kernels; sums outside kernels are not fused, as in binding.gyp. */
const shared = ['instruction_sets.cc', 'subwords.cc', 'search.cc', 'threads.cc'];
const programs = ['compare_kernels', 'compare_search'];
const families = ['kernel', 'glove_kernel', 'search_kernel'];
/** By Node's name of the architecture: the instruction sets of its kernels, and their flags, as in binding.gyp. */
const instructionSets = {
  x64: {
    portable: [],
    avx512: ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma'],
    avx2: ['-mavx2', '-mfma'],
  },
  arm64: { portable: [], neon: [] },
};

const cross = 'aarch64-linux-gnu-g++';
install({ 'g++': 'g++', [cross]: 'g++-aarch64-linux-gnu', 'qemu-aarch64': 'qemu-user' });
mkdirSync(out, { recursive: true });
build('g++', process.arch, []);
build(cross, 'arm64', ['-static']);
for (const program of programs) {
  const expected = join(out, `${program}.bin`);
  const here = join(out, `${program}-${process.arch}`);
  run(here, ['write', expected]);
  console.log(`${program}, this machine (${process.arch}):`);
  run(here, ['compare', expected]);
  console.log(`${program}, arm64, under qemu-aarch64, against this machine:`);
  run('qemu-aarch64', [join(out, `${program}-arm64`), 'compare', expected]);
}
console.log('All kernels agree.');

/** Compiles the programs for an architecture. */
function build(compiler, architecture, flags) {
  const compile = (source, more) => {
    const object = join(out, `${architecture}-${source.replace(/.*\//, '')}.o`);
    run(compiler, [...common, ...more, '-c', join(native, source), '-o', object]);
    return object;
  };
  const objects = shared.map((source) => compile(source, ['-ffp-contract=off']));
  for (const [set, more] of Object.entries(instructionSets[architecture] ?? { portable: [] })) {
    for (const family of families)
      objects.push(compile(`${family}_${set}.cc`, [...more, '-ffp-contract=fast']));
  }
  for (const program of programs) {
    const main = compile(`test/${program}.cc`, ['-ffp-contract=off']);
    run(compiler, [...flags, main, ...objects, '-o', join(out, `${program}-${architecture}`), '-pthread']);
  }
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
