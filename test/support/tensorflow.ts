import { type TestContext, test } from 'node:test';
import { loadTensorFlow } from '../../src/train/tensorflow/backend/load.js';
import { nativeTensorFlow } from '../../src/train/tensorflow/backend/place.js';

const place = nativeTensorFlow();
const missing = 'missing' in place && `${place.missing}: npm run setup:tensorflow`;

// Continuous integration must not pass for want of the library.
if (missing && process.env.WORDMILL_REQUIRE_NATIVE) {
  throw new Error(`WORDMILL_REQUIRE_NATIVE is set, but ${missing}`);
}

/** For a test's `skip`: why TensorFlow's native library is not there, or false. */
export const skipWithoutTensorFlow: string | false = missing;

/** A test on TensorFlow's native library: skipped, visibly, where it is not set up, failed where it does not load. */
export function tensorflowTest(name: string, body: (context: TestContext) => void | Promise<void>): void {
  test(name, { skip: skipWithoutTensorFlow }, async (context) => {
    await loadTensorFlow({ requireNative: true });
    await body(context);
  });
}
