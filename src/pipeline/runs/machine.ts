import { createRequire } from 'node:module';
import { cpus, hostname, release, totalmem } from 'node:os';
import { nativeAddon, nativeUnavailable } from '../../native/addon.js';
import type { Manifest } from './manifest.js';

const require = createRequire(import.meta.url);

/** The versions of what runs here. */
export function versionsHere(): Manifest['versions'] {
  const tensorflow = installedVersion('@tensorflow/tfjs-node');
  return {
    wordmill: (require('../../../package.json') as { version: string }).version,
    node: process.versions.node,
    v8: process.versions.v8,
    instructionSets: nativeUnavailable() === undefined ? [...nativeAddon().instructionSets()] : [],
    ...(tensorflow !== undefined && { tensorflow }),
  };
}

/** The machine that this runs on. */
export function hostHere(): Manifest['host'] {
  const processors = cpus();
  return {
    name: hostname(),
    platform: `${process.platform} ${process.arch}`,
    release: release(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory: totalmem(),
  };
}

function installedVersion(name: string): string | undefined {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}
