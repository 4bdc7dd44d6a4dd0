import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const FOLDER = join(root, 'bench', '.peers', 'kenlm');
const VERSION = '0.3.0';
const NEEDS =
  'cmake g++ libboost-system-dev libboost-thread-dev libboost-program-options-dev libboost-test-dev zlib1g-dev';

/**
 * KenLM's programs `lmplz` (trains a model) and `query` (scores a text), built from its source distribution under
 * bench/.peers/kenlm if they are missing. Takes a minute or more, and the Debian packages of `NEEDS`.
 *
 * @throws Error when a step fails, with what is needed.
 */
export function kenlmPrograms() {
  const programs = { lmplz: join(FOLDER, 'bin', 'lmplz'), query: join(FOLDER, 'bin', 'query') };
  if (Object.values(programs).every((path) => existsSync(path))) return programs;
  console.error(`wordmill: building kenlm ${VERSION} in bench/.peers/kenlm`);
  const building = `${FOLDER}.part`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '-d', building];
  must('python3', [...pip, `kenlm==${VERSION}`]);
  must('tar', ['-xzf', join(building, `kenlm-${VERSION}.tar.gz`), '--strip-components=1', '-C', building]);
  must('cmake', ['-S', building, '-B', building, '-DCMAKE_BUILD_TYPE=Release', '--log-level=WARNING']);
  must('cmake', ['--build', building, '--target', 'lmplz', 'query', '--parallel', '2']);
  rmSync(FOLDER, { recursive: true, force: true });
  renameSync(building, FOLDER);
  return programs;
}

function must(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed; KenLM needs ${NEEDS}`);
}
