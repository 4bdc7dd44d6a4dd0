import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NOT_BUILT, nativeAddon, nativeUnavailable } from '../native/addon.js';
import { ENGINES, whatWorks } from '../train/choose-engine.js';
import { diagnoseTensorFlow, type TensorFlowDiagnosis } from './diagnose-tensorflow.js';

/** What is installed here, and what can train. */
export interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  readonly engines: readonly { readonly name: string; readonly unavailable?: string }[];
  /** What the native engine can use on this processor, widest first; empty where it cannot run. */
  readonly instructionSets: readonly string[];
  readonly tensorflow: TensorFlowDiagnosis;
  /** Which engine trains what. */
  readonly models: string;
  /** What to do about what does not work. */
  readonly advice: readonly string[];
}

/** Looks at this machine; nothing is built, written or trained. */
export async function diagnose(): Promise<Diagnosis> {
  const missing = nativeUnavailable();
  const tensorflow = await diagnoseTensorFlow();
  const engines = ENGINES.map((engine) => {
    const unavailable = engine.unavailable();
    return { name: engine.name, ...(unavailable !== undefined && { unavailable }) };
  });
  const advice =
    missing === undefined ? [] : [...adviceFor(missing), 'Until then --engine reference trains, slowly.'];
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    engines,
    instructionSets: missing === undefined ? nativeAddon().instructionSets() : [],
    tensorflow,
    models: whatWorks(),
    advice: tensorflow.toDo === undefined ? advice : [...advice, tensorflow.toDo],
  };
}

function adviceFor(missing: string): string[] {
  const needs =
    'a C++17 compiler and make (Debian: apt install g++ make; macOS: xcode-select --install), Python 3, and the headers of Node.';
  return missing === NOT_BUILT
    ? [
        "Run wordmill doctor --fix, which builds it. (npm did not run wordmill's install script: some settings and versions of npm want it approved first.)",
        `It needs ${needs}`,
      ]
    : [`It needs ${needs}`, 'Then run wordmill doctor --fix, which builds it.'];
}

/**
 * Builds the native engine where it is missing or made from other sources, as installing the package does. The build
 * writes what it does, and what goes wrong, to stderr. To be called before anything looks for the engine.
 *
 * @returns whether the engine is there now.
 */
export async function buildNativeEngine(): Promise<boolean> {
  const script = fileURLToPath(new URL('../../scripts/build-native.mjs', import.meta.url));
  const [status] = await once(spawn(process.execPath, [script], { stdio: ['ignore', 2, 2] }), 'close');
  return status === 0;
}
