import { spawnSync } from 'node:child_process';

/** Debian's `fasttext`, installed if it is not there. @throws Error as `installed`. */
export function fasttextProgram() {
  return installed('fasttext', () => spawnSync('fasttext', [], { stdio: 'ignore' }).error === undefined);
}

/** Debian's `chromium`, which pages are tried in, installed if it is not there. @throws Error as `installed`. */
export function chromiumProgram() {
  return installed('chromium', () => spawnSync('chromium', ['--version'], { stdio: 'ignore' }).status === 0);
}

/** Debian's `redis-server`, for the tests of distributed runs, installed if it is not there. @throws Error as `installed`. */
export function redisProgram() {
  return installed(
    'redis-server',
    () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

/** Debian's `libfaketime`, which moves the clock of a process, installed if it is not there. @throws Error as `installed`. */
export function faketimeLibrary() {
  return installed(
    'libfaketime',
    () => spawnSync('dpkg', ['-s', 'libfaketime'], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * The program of a Debian package of the same name, installed with apt-get unless it is there.
 *
 * @throws Error when it cannot be installed, with what to do.
 */
function installed(name, isThere) {
  if (isThere()) return name;
  console.error(`wordmill: installing the package ${name} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args) => spawnSync('apt-get', ['--quiet', ...args], { stdio: ['ignore', 2, 2], env });
  aptGet('update');
  const { status, error } = aptGet('install', '--yes', '--no-install-recommends', name);
  if (status !== 0) {
    const reason = error ? error.message : `apt-get ended with ${status}`;
    throw new Error(`${name} could not be installed (${reason}); install Debian's package ${name}`);
  }
  return name;
}
