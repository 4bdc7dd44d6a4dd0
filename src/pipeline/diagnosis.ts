import { nativeAddon, nativeUnavailable } from '../native/addon.js';
import { ENGINES, whatWorks } from '../train/choose-engine.js';

/** What is installed here, and what can train. */
export interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  readonly engines: readonly { readonly name: string; readonly unavailable?: string }[];
  /** What the native engine can use on this processor, widest first; empty where it cannot run. */
  readonly instructionSets: readonly string[];
  /** Which engine trains what. */
  readonly models: string;
  /** What to do about what does not work. */
  readonly advice: readonly string[];
}

/** Looks at this machine: nothing is read, written or trained. */
export function diagnose(): Diagnosis {
  const missing = nativeUnavailable();
  const engines = ENGINES.map((engine) => {
    const unavailable = engine.unavailable();
    return { name: engine.name, ...(unavailable !== undefined && { unavailable }) };
  });
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    engines,
    instructionSets: missing === undefined ? nativeAddon().instructionSets() : [],
    models: whatWorks(),
    advice:
      missing === undefined
        ? []
        : [
            'Install a C++ compiler (Debian: apt install g++ make; macOS: xcode-select --install) and Python 3, then run npm run build:native.',
            'Until then --engine reference trains, slowly.',
          ],
  };
}
