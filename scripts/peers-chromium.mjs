import { spawnSync } from 'node:child_process';

/**
 * The path of Debian's `chromium`, which pages are tried in, installed with apt-get if it is not there.
 *
 * @throws Error when it cannot be installed, with what to do.
 */
export function chromiumProgram() {
  if (spawnSync('chromium', ['--version'], { stdio: 'ignore' }).status === 0) return 'chromium';
  console.error('wordmill: installing the package chromium with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args) => spawnSync('apt-get', ['--quiet', ...args], { stdio: ['ignore', 2, 2], env });
  aptGet('update');
  const { status, error } = aptGet('install', '--yes', '--no-install-recommends', 'chromium');
  if (status !== 0) {
    const reason = error ? error.message : `apt-get ended with ${status}`;
    throw new Error(`chromium could not be installed (${reason}); install Debian's package chromium`);
  }
  return 'chromium';
}
