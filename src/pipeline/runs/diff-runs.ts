import { differences, type KeyDifference } from './definition-difference.js';
import type { ListedRun } from './list-runs.js';
import { finalLoss, type Manifest } from './manifest.js';

/** How long a phase took in two runs, in seconds. */
export interface PhaseRatio {
  readonly phase: string;
  readonly from?: number;
  readonly to?: number;
}

/** In what two runs differ. */
export interface RunDifferences {
  readonly definition: readonly KeyDifference[];
  readonly status: readonly KeyDifference[];
  readonly versions: readonly KeyDifference[];
  readonly inputs: readonly KeyDifference[];
  readonly counts: readonly KeyDifference[];
  readonly scores: readonly KeyDifference[];
  readonly outputs: readonly KeyDifference[];
  /** Never the same; no difference by itself. */
  readonly phases: readonly PhaseRatio[];
  /** Whether anything but times differs. */
  readonly differ: boolean;
}

/**
 * Compares two runs. Files are the same where their bytes are, whatever their times; outputs of other paths are compared
 * in their order. Pages that tell of a run are left out.
 *
 * @throws WordmillError `noInput` where a definition cannot be read.
 */
export async function diffRuns(a: ListedRun, b: ListedRun): Promise<RunDifferences> {
  const between = (of: (manifest: Manifest) => unknown) => differences(of(a.manifest), of(b.manifest));
  const parts = {
    definition: differences(await a.folder.readDefinition(), await b.folder.readDefinition()),
    status: differences({ status: a.status }, { status: b.status }),
    versions: between(({ versions }) => ({
      ...versions,
      instructionSets: versions.instructionSets.join(', '),
    })),
    inputs: differences(...inputsOf(a.manifest, b.manifest)),
    counts: between(({ stages }) =>
      Object.fromEntries(
        Object.entries(stages).map(([stage, { counts, dropped }]) => [
          stage,
          { ...counts, ...(Object.keys(dropped).length > 0 && { 'left out': dropped }) },
        ]),
      ),
    ),
    scores: between(scoresOf),
    outputs: differences(...outputsOf(a.manifest, b.manifest)),
  };
  return {
    ...parts,
    phases: phaseRatios(a.manifest, b.manifest),
    differ: Object.values(parts).some(({ length }) => length > 0),
  };
}

function scoresOf(manifest: Manifest): Record<string, unknown> {
  const loss = finalLoss(manifest);
  return { ...(manifest.evaluation.at(-1)?.scores ?? {}), ...(loss !== undefined && { loss }) };
}

/** What was read: by checksum where both runs have one, else by size and time or version. */
function inputsOf(a: Manifest, b: Manifest): [unknown, unknown] {
  const facts = ({ inputs }: Manifest, { inputs: others }: Manifest) =>
    Object.fromEntries(
      inputs.map(({ name, sha256, ...rest }) => {
        const other = others.find((input) => input.name === name);
        return [name, sha256 && other?.sha256 ? sha256 : JSON.stringify(rest)];
      }),
    );
  return [facts(a, b), facts(b, a)];
}

/** Checksums of what was written, by path; those of other paths go together in their order. */
function outputsOf(a: Manifest, b: Manifest): [unknown, unknown] {
  const files = ({ outputs }: Manifest) =>
    new Map(outputs.filter(({ page }) => !page).map(({ path, sha256 }) => [path, sha256]));
  const [from, to] = [files(a), files(b)];
  const renamed = [...to.keys()].filter((path) => !from.has(path));
  const others = [...from.keys()].filter((path) => !to.has(path));
  for (const [place, path] of renamed.entries()) {
    const before = others[place];
    if (before === undefined) continue;
    to.set(before, to.get(path)!);
    to.delete(path);
  }
  return [Object.fromEntries(from), Object.fromEntries(to)];
}

function phaseRatios(a: Manifest, b: Manifest): PhaseRatio[] {
  const seconds = ({ phases }: Manifest) => new Map(phases.map(({ phase, seconds }) => [phase, seconds]));
  const [from, to] = [seconds(a), seconds(b)];
  return [...new Set([...from.keys(), ...to.keys()])].map((phase) => ({
    phase,
    ...(from.has(phase) && { from: from.get(phase)! }),
    ...(to.has(phase) && { to: to.get(phase)! }),
  }));
}
