import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TensorFlowBackend } from '../train/tensorflow/backend/load.js';

/** What TensorFlow models would run on. */
export interface TensorFlowDiagnosis {
  /** Absent where none loads. */
  readonly backend?: TensorFlowBackend;
  /** Of the native library. */
  readonly version?: string;
  /** Where tfjs-node is, for the native library. */
  readonly path?: string;
  /** Why it is not the native library. */
  readonly problem?: string;
  readonly toDo?: string;
}

/** Loads TensorFlow in a process of its own, which a library that does not suit the processor may end. */
export async function diagnoseTensorFlow(): Promise<TensorFlowDiagnosis> {
  const program = fileURLToPath(new URL('./probe-tensorflow.js', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    return JSON.parse(stdout);
  } catch (error) {
    const { signal, stderr } = error as { signal?: string; stderr?: string };
    return { problem: `loading TensorFlow ended with ${signal ?? stderr?.trim().split('\n').at(-1)}` };
  }
}

/**
 * Sets TensorFlow's native library up where it is missing, as `npm run setup:tensorflow` does in a checkout. What it
 * does, and what goes wrong, is written to stderr.
 *
 * @returns whether the library is there now.
 */
export async function setUpTensorFlow(): Promise<boolean> {
  if ((await diagnoseTensorFlow()).backend === 'tensorflow') return true;
  const script = fileURLToPath(new URL('../../scripts/setup-tensorflow.mjs', import.meta.url));
  const [status] = await once(spawn(process.execPath, [script], { stdio: ['ignore', 2, 2] }), 'close');
  return status === 0;
}
