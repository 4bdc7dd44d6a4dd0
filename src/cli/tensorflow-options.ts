import type { Options } from 'yargs';

/** `--require-native` of the commands that compute on TensorFlow. */
export const requireNativeOption: Options = {
  boolean: true,
  describe: "Stop (exit code 69) where TensorFlow's native library is not there, rather than be slow",
};
