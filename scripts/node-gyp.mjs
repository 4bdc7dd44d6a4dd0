// What compiles addons: node-gyp, and the headers of this Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How to call node-gyp: as npm says (it sets this in scripts), as npm brings it, as installed here, from the PATH. */
export function nodeGyp() {
  const globalModules = () => spawnSync('npm', ['root', '-g'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const inNpm = (modules) => join(modules, 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const scripts = [
    () => process.env.npm_config_node_gyp,
    () => process.env.npm_execpath && inNpm(dirname(dirname(dirname(process.env.npm_execpath)))),
    () => inNpm(join(dirname(dirname(process.execPath)), 'lib', 'node_modules')),
    () => inNpm(globalModules()),
  ];
  for (const script of scripts) {
    const path = script();
    if (path && existsSync(path)) return [process.execPath, path];
  }
  const folders = [join(root, 'node_modules', '.bin'), ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, 'node-gyp')).find((path) => existsSync(path));
  return found && [found];
}

/** The folder that has include/node: as npm is told, or beside the installation; undefined lets node-gyp download. */
export function headers() {
  const told = process.env.npm_config_nodedir;
  if (told) return told;
  const installation = dirname(dirname(process.execPath));
  return existsSync(join(installation, 'include', 'node', 'node_api.h')) ? installation : undefined;
}
