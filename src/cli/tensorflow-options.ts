import type { Options } from 'yargs';
import { reportOption, setOption } from './definition-operands.js';
import type { FlagValues } from './flags.js';

/** `--require-native` of the commands that compute on TensorFlow. */
export const requireNativeOption: Options = {
  boolean: true,
  describe: "Stop (exit code 69) where TensorFlow's native library is not there, rather than be slow",
};

/** Flags of the commands that train a model by a definition and save it. */
export const modelTrainingOptions: Readonly<Record<string, Options>> = {
  set: setOption,
  report: reportOption,
  resume: { boolean: true, describe: 'Go on from the checkpoint that an interrupted run left' },
  'require-native': requireNativeOption,
};

/** What those flags say: what of the definition is replaced, and how it is run. */
export function modelTraining(values: FlagValues): {
  readonly set: readonly string[];
  readonly settings: { readonly resume: boolean; readonly requireNative: boolean };
} {
  return {
    set: (values.set as string[] | undefined) ?? [],
    settings: { resume: values.resume === true, requireNative: values['require-native'] === true },
  };
}
