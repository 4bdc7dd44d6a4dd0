import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { systemCode, WordmillError } from '../../core/errors.js';
import { syncFolder } from '../../core/final-path.js';
import { outputError } from '../../core/outputs.js';
import { replaceFile, replaceFileNow } from '../../core/replace-file.js';
import { removeAbandoned, temporaryName } from '../../core/temporary.js';
import { type Manifest, manifestSchema } from './manifest.js';

/** What an ID looks like: the time in UTC, the name, and four digits that no other run of that second has. */
const ID = /^\d{8}T\d{6}-[a-z0-9._-]+-[0-9a-f]{4}$/;

/** As much of a name as goes into an ID. */
const NAME_LENGTH = 40;

/** The folder of one run: what it ran by, what came of it, and while it is unfinished what it can go on from. */
export class RunFolder {
  readonly path: string;

  /** @param path of a folder that is there, or of one that is to be looked at. */
  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Makes the folder of a new run. It has its name only once it has all that it begins with, so that nobody meets a run of
   * which nothing is known, and one that was killed before leaves none.
   *
   * @param root the folder of all runs; it is made where it is missing.
   * @param name of the job; what cannot stand in a file's name is left out.
   * @param begin writes what the folder begins with, for the ID that it is to have.
   * @throws WordmillError `cannotCreate` or `inputOutput`; what `begin` throws. There is no folder then.
   */
  static async create(
    root: string,
    name: string,
    begin: (unnamed: RunFolder, id: string) => Promise<void>,
    began = new Date(),
  ): Promise<RunFolder> {
    await mkdir(root, { recursive: true, mode: 0o700 }).catch((error) => {
      if (systemCode(error) !== 'EEXIST') throw outputError(error, root, 'run folder');
      throw new WordmillError('cannotCreate', 'this is a file; runs need the name of a folder', {
        place: { file: root },
        cause: error,
      });
    });
    await removeAbandoned(root);
    for (;;) {
      const folder = new RunFolder(join(root, newId(name, began)));
      const unnamed = new RunFolder(join(root, temporaryName(folder.id)));
      try {
        await mkdir(unnamed.path, { mode: 0o700 });
        await begin(unnamed, folder.id);
        await rename(unnamed.path, folder.path);
        await syncFolder(root);
        return folder;
      } catch (error) {
        await unnamed.remove().catch(() => {});
        // Another run of this second and this name.
        if (isTaken(error)) continue;
        throw error instanceof WordmillError ? error : outputError(error, folder.path, 'run folder');
      }
    }
  }

  get id(): string {
    return basename(this.path);
  }

  /** The resolved definition, as YAML that runs again. */
  get definitionPath(): string {
    return join(this.path, 'definition.yaml');
  }

  get manifestPath(): string {
    return join(this.path, 'manifest.json');
  }

  /** What the run said, one object of JSON a line. */
  get logPath(): string {
    return join(this.path, 'log.jsonl');
  }

  get reportPath(): string {
    return join(this.path, 'report.html');
  }

  /**
   * @throws WordmillError `noInput` where there is none; `data` where it is of another version, or damaged.
   */
  async readManifest(): Promise<Manifest> {
    const place = { file: this.manifestPath };
    let text: string;
    try {
      text = await readFile(this.manifestPath, 'utf8');
    } catch (error) {
      throw new WordmillError('noInput', `cannot be read: ${(error as Error).message}`, {
        place,
        cause: error,
      });
    }
    const parsed = manifestSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      throw new WordmillError('data', 'this manifest is of another version of wordmill, or damaged', {
        place,
      });
    }
    return parsed.data;
  }

  /**
   * What the run ran by, as the YAML says.
   *
   * @param hint what to do where it is damaged.
   * @throws WordmillError `noInput` where there is none; `data` where it is damaged.
   */
  async readDefinition(hint?: string): Promise<unknown> {
    const place = { file: this.definitionPath };
    const text = await readFile(this.definitionPath, 'utf8').catch((cause: Error) => {
      throw new WordmillError('noInput', `cannot be read: ${cause.message}`, { place, cause });
    });
    try {
      return parse(text);
    } catch (cause) {
      throw new WordmillError('data', 'the definition of this run is damaged', {
        place,
        ...(hint !== undefined && { hint }),
        cause,
      });
    }
  }

  /** Replaces the manifest, whole or not at all. @throws WordmillError `inputOutput` */
  async writeManifest(manifest: Manifest): Promise<void> {
    await replaceFile(this.manifestPath, manifestText(manifest), 'run folder');
  }

  /** The same as the process exits. @throws the system's error. */
  writeManifestNow(manifest: Manifest): void {
    replaceFileNow(this.manifestPath, manifestText(manifest));
  }

  /** Writes what the run runs by. @throws WordmillError `inputOutput` */
  async writeDefinition(yaml: string): Promise<void> {
    await replaceFile(this.definitionPath, yaml, 'run folder');
  }

  /** Removes what a finished run needs no longer: its spool and its checkpoints. */
  async removeWork(): Promise<void> {
    for (const name of WORK) await rm(join(this.path, name), { recursive: true, force: true });
  }

  /** Removes all of it. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** What an unfinished run can go on from. */
export const WORK = ['spool', 'checkpoints'] as const;

/** Whether a name is one that a run's folder could have. */
export function isRunId(name: string): boolean {
  return ID.test(name);
}

/** Whether a folder could not get its name since another has it, with something in it. */
function isTaken(error: unknown): boolean {
  return ['EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '');
}

function newId(name: string, began: Date): string {
  const time = began.toISOString().replace(/[-:]|\..*$/g, '');
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9._]+/g, '-')
    .slice(0, NAME_LENGTH)
    .replace(/^[-.]+|[-.]+$/g, '');
  return `${time}-${plain || 'run'}-${randomBytes(2).toString('hex')}`;
}

function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
