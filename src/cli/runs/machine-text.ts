import { quantity } from '../../core/quantity.js';
import type { Manifest } from '../../pipeline/runs/manifest.js';

/** `vm, linux x64, AMD EPYC, 2 cores, 25.28 GB` */
export function describeMachine({ name, platform, processor, cores, memory }: Manifest['host']): string {
  return [name, platform, processor, `${cores} cores`, quantity(memory, 'bytes')].join(', ');
}

/** `wordmill 0.1.0, node 20.20.2, avx2` */
export function describeVersions({
  wordmill,
  node,
  instructionSets,
  tensorflow,
}: Manifest['versions']): string {
  return [
    `wordmill ${wordmill}`,
    `node ${node}`,
    instructionSets[0] ?? 'without the native engine',
    ...(tensorflow === undefined ? [] : [`tensorflow ${tensorflow}`]),
  ].join(', ');
}
