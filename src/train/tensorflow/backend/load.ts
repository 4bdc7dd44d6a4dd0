import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { WordmillError } from '../../../core/errors.js';
import type { Report } from '../../../core/report.js';
import { type NativePlace, nativeTensorFlow } from './place.js';
import { loadPortable } from './portable.js';
import { defineUtilFunctions } from './shim.js';

export { type NativePlace, nativeTensorFlow } from './place.js';

/** TensorFlow.js, ready to compute. */
export interface LoadedTensorFlow {
  /** To be used instead of an import of tfjs-core, of which there can be two: wordmill's and tfjs-node's. */
  readonly tf: typeof import('@tensorflow/tfjs-core');
  readonly backend: TensorFlowBackend;
  /** Of libtensorflow; native only. */
  readonly version?: string;
  /** How many threads an operation may use; 1 on the portable backends. */
  readonly threads: number;
  /** Why the backend is not the native library, where it is not. */
  readonly notNative?: string;
}

/** What computes: TensorFlow's own library through tfjs-node, WebAssembly, or plain JavaScript. */
export type TensorFlowBackend = 'tensorflow' | 'wasm' | 'cpu';

/** How to load it. */
export interface LoadOptions {
  /** Throws where TensorFlow's native library cannot be used. */
  readonly requireNative?: boolean;
  /** Is warned, once, where something slower takes its place. */
  readonly report?: Report;
  /**
   * Threads of one operation on the native library; one for each processor by default. TensorFlow reads it once, so the
   * first call in a process decides. The environment variable `TF_NUM_INTRAOP_THREADS` comes first.
   */
  readonly threads?: number | undefined;
}

const SETUP_REMEDY =
  "wordmill doctor --fix (in a checkout also: npm run setup:tensorflow) sets TensorFlow's native library up.";

/** What to do about a native library that cannot be used, as the environment is. */
export function nativeRemedy(): string {
  if (asksForPortable()) return 'Unset WORDMILL_TENSORFLOW.';
  if (process.env.WORDMILL_TFJS_NODE) return 'Correct WORDMILL_TFJS_NODE, or unset it.';
  return SETUP_REMEDY;
}

function asksForPortable(): boolean {
  const { WORDMILL_TENSORFLOW: value } = process.env;
  return value === 'wasm' || value === 'cpu';
}

/** What `WORDMILL_TENSORFLOW` can be. */
const FORCED = ['native', 'wasm', 'cpu'] as const;
type Forced = (typeof FORCED)[number];

let loading: Promise<LoadedTensorFlow> | undefined;

/**
 * Loads TensorFlow.js once a process; later calls give the same. It is tfjs-node with TensorFlow's native library
 * where that is installed, else the WebAssembly backend, else plain JavaScript, each slower than the one before; the
 * report is then warned once. The environment variable `WORDMILL_TENSORFLOW`, `native`, `wasm` or `cpu`, asks for one.
 *
 * @throws WordmillError `unavailable` with the reason if `requireNative` is set, or `WORDMILL_TENSORFLOW` is `native`,
 * and the native library is missing or does not load, or if not even plain JavaScript runs; `usage` if
 * `WORDMILL_TENSORFLOW` is none of the three.
 */
export async function loadTensorFlow(options: LoadOptions = {}): Promise<LoadedTensorFlow> {
  const forced = forcedBackend();
  loading ??= load(forced, options.threads).catch((error) => {
    loading = undefined;
    throw error;
  });
  const loaded = await loading;
  if (loaded.notNative !== undefined) {
    if (options.requireNative) throw unavailable(loaded.notNative);
    options.report?.warn('tensorflow-portable', portableWarning(loaded.backend, loaded.notNative));
  }
  return loaded;
}

async function load(forced: Forced | undefined, threads = availableParallelism()): Promise<LoadedTensorFlow> {
  if (forced === 'wasm' || forced === 'cpu')
    return portable(forced, `WORDMILL_TENSORFLOW asks for ${forced}`);
  const native = loadNative(nativeTensorFlow(), threads);
  if (!('missing' in native)) return native;
  if (forced === 'native') throw unavailable(native.missing);
  try {
    return await portable('wasm', native.missing);
  } catch {
    return await portable('cpu', native.missing);
  }
}

async function portable(backend: 'wasm' | 'cpu', notNative: string): Promise<LoadedTensorFlow> {
  try {
    return { tf: await loadPortable(backend), backend, threads: 1, notNative };
  } catch (cause) {
    throw new WordmillError('unavailable', `TensorFlow.js does not run here: ${(cause as Error).message}`, {
      cause,
      hint: asksForPortable() ? 'Unset WORDMILL_TENSORFLOW to let wordmill choose.' : nativeRemedy(),
    });
  }
}

function loadNative(place: NativePlace, threads: number): LoadedTensorFlow | { readonly missing: string } {
  if ('missing' in place) return place;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  defineUtilFunctions();
  const require = createRequire(import.meta.url);
  try {
    // First, because it is what can fail: tfjs would already have registered its backends when it comes to it.
    const { TF_Version: version } = require(place.addon) as { TF_Version: string };
    const tf: LoadedTensorFlow['tf'] = require(place.path);
    tf.enableProdMode();
    return { tf, backend: 'tensorflow', version, threads: Number(process.env.TF_NUM_INTRAOP_THREADS) };
  } catch (error) {
    return { missing: `${place.path} does not load: ${(error as Error).message.split('\n')[0]}` };
  }
}

function forcedBackend(): Forced | undefined {
  const value = process.env.WORDMILL_TENSORFLOW;
  if (!value) return undefined;
  const forced = FORCED.find((name) => name === value);
  if (forced) return forced;
  throw new WordmillError('usage', `WORDMILL_TENSORFLOW is ${value}; it can be ${FORCED.join(', ')}`);
}

function portableWarning(backend: TensorFlowBackend, notNative: string): string {
  const what = backend === 'wasm' ? 'WebAssembly' : 'plain JavaScript';
  const remedy = asksForPortable() ? '' : `; ${nativeRemedy().slice(0, -1)}`;
  return `TensorFlow runs on ${what}, much slower than on its native library: ${notNative}${remedy}`;
}

function unavailable(reason: string): WordmillError {
  return new WordmillError('unavailable', `TensorFlow's native library cannot be used: ${reason}`, {
    hint: nativeRemedy(),
  });
}
