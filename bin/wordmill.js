#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Batches are large typed arrays that live shortly, held by small objects. V8 lets the space for young objects grow, and
// then frees them so late that tens of megabytes of dead batches pile up; kept at its first size, memory stays flat.
setFlagsFromString('--semi-space-growth-factor=1');

const program = new URL('../dist/cli/main.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`wordmill needs Node 20.19 or later; this is ${process.version}`);
  process.exitCode = 69;
} else if (!existsSync(program)) {
  console.error('wordmill is not built yet: run npm run build in its folder (npm start does it, and more)');
  process.exitCode = 69;
} else {
  module.enableCompileCache?.();
  const { main } = await import(program.href);
  await main(process.argv.slice(2));
}
