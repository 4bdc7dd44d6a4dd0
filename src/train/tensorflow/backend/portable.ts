import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

type TensorFlow = typeof import('@tensorflow/tfjs-core');
type WebAssemblyBackend = typeof import('@tensorflow/tfjs-backend-wasm');

const require = createRequire(import.meta.url);

/**
 * TensorFlow.js with kernels in WebAssembly (SIMD where the processor has it) or in plain JavaScript.
 *
 * @throws whatever tfjs throws where the backend does not start, as WebAssembly does under a tight memory limit.
 */
export async function loadPortable(backend: 'wasm' | 'cpu'): Promise<TensorFlow> {
  const tf: TensorFlow = require('@tensorflow/tfjs-core');
  tf.enableProdMode();
  if (backend === 'wasm') {
    const { setWasmPaths }: WebAssemblyBackend = require('@tensorflow/tfjs-backend-wasm');
    const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
    setWasmPaths(join(folder, 'wasm-out') + sep);
  } else {
    require('@tensorflow/tfjs-backend-cpu');
  }
  if (!(await tf.setBackend(backend)))
    throw new Error(`the ${backend} backend of TensorFlow.js did not start`);
  await tf.ready();
  return tf;
}
