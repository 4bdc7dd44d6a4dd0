// Installs the tools that tests and benchmarks compare with into bench/.peers/, in a place of their own.
//   node scripts/peers.mjs gensim
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

const VENV = join(root, 'bench', '.peers', 'venv');
const GENSIM = ['gensim==4.4.0'];

/** The Python of the peers' virtual environment, with gensim in it; installed if it is missing. */
export function gensimPython() {
  const python = join(VENV, 'bin', 'python');
  if (existsSync(python) && spawnSync(python, ['-c', 'import gensim']).status === 0) return python;
  console.error('wordmill: installing gensim into bench/.peers/venv');
  must('python3', ['-m', 'venv', VENV]);
  must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...GENSIM]);
  return python;
}

function must(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === 'gensim') gensimPython();
