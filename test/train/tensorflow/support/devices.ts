import { test } from 'node:test';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { loadPortable } from '../../../../src/train/tensorflow/backend/portable.js';
import { PortableDevice } from '../../../../src/train/tensorflow/backend/portable-device.js';
import { tensorflowTest } from '../../../support/tensorflow.js';

/** tfjs in plain JavaScript, which is always there. */
export async function plainDevice(): Promise<Device> {
  return new PortableDevice({ tf: await loadPortable('cpu'), backend: 'cpu' });
}

/** A test on the native library, where it is set up, and on plain JavaScript, everywhere. */
export function testOnDevices(name: string, body: (device: Device) => void | Promise<void>): void {
  tensorflowTest(`native: ${name}`, async () => body(await openDevice()));
  test(`plain JavaScript: ${name}`, async () => body(await plainDevice()));
}
