import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const venv = fileURLToPath(new URL('../../bench/.peers/venv/bin/python', import.meta.url));

/** A Python that can import these modules (`safetensors, numpy`): the peers' own, or the system's; else undefined. */
export function peerPython(modules: string): string | undefined {
  return [venv, 'python3'].find(
    (path) =>
      (path === 'python3' || existsSync(path)) && spawnSync(path, ['-c', `import ${modules}`]).status === 0,
  );
}

/** fastText's own program, where it is installed. */
export function fasttextPath(): string | undefined {
  return spawnSync('fasttext', [], { stdio: 'ignore' }).error === undefined ? 'fasttext' : undefined;
}
