import { spawnSync } from 'node:child_process';

/**
 * The path of Debian's `fasttext`, installed with apt-get if it is not there.
 *
 * @throws Error when it cannot be installed, with what to do.
 */
export function fasttextProgram() {
  if (spawnSync('fasttext', [], { stdio: 'ignore' }).error === undefined) return 'fasttext';
  console.error('wordmill: installing the package fasttext with apt-get');
  const { status, error } = spawnSync(
    'apt-get',
    ['install', '--quiet', '--yes', '--no-install-recommends', 'fasttext'],
    { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  if (status !== 0) {
    const reason = error ? error.message : `apt-get ended with ${status}`;
    throw new Error(`fasttext could not be installed (${reason}); install Debian's package fasttext`);
  }
  return 'fasttext';
}
