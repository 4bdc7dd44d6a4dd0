import type { Device } from './device.js';
import { type LoadOptions, loadTensorFlow } from './load.js';
import { NativeDevice } from './native-device.js';
import { PortableDevice } from './portable-device.js';

/**
 * What TensorFlow models are computed with here: the native library if it is installed, else tfjs's portable backends
 * (with a warning), or an error if those are not wanted; see `loadTensorFlow`.
 *
 * @throws WordmillError `unavailable` if `requireNative` is set and the native library is not there.
 */
export async function openDevice(options: LoadOptions = {}): Promise<Device> {
  const loaded = await loadTensorFlow(options);
  return loaded.backend === 'tensorflow' ? new NativeDevice(loaded) : new PortableDevice(loaded);
}
