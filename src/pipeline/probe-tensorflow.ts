// Run as a process of its own by `diagnoseTensorFlow`: loads TensorFlow as training would, and writes what came of it.
import { loadTensorFlow, nativeRemedy } from '../train/tensorflow/backend/load.js';
import { nativeTensorFlow, setupFailure } from '../train/tensorflow/backend/place.js';
import type { TensorFlowDiagnosis } from './diagnose-tensorflow.js';

process.stdout.write(JSON.stringify(await diagnosis()));

async function diagnosis(): Promise<TensorFlowDiagnosis> {
  const place = nativeTensorFlow();
  try {
    const { backend, version, notNative } = await loadTensorFlow();
    if (backend === 'tensorflow' && 'path' in place) return { backend, version: version!, path: place.path };
    return { backend, ...problem(notNative!) };
  } catch (error) {
    // What follows the first line is what to do.
    return problem((error as Error).message.split('\n')[0]!);
  }
}

function problem(reason: string): Pick<TensorFlowDiagnosis, 'problem' | 'toDo'> {
  const asked = process.env.WORDMILL_TENSORFLOW;
  if (asked && asked !== 'native') return { problem: reason };
  const failure = setupFailure();
  return {
    problem: failure === undefined ? reason : `${reason}; setting it up failed:\n${failure}`,
    toDo: nativeRemedy(),
  };
}
