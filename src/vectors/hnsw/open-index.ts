import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted, WordmillError } from '../../core/errors.js';
import { parseOptions } from '../../core/options.js';
import { OutputSet } from '../../core/outputs.js';
import type { Report } from '../../core/report.js';
import { rowOf } from '../../core/vectors.js';
import type { ExactSearch } from '../search.js';
import type { Similarity } from '../similarity.js';
import {
  descriptionPath,
  fingerprint,
  type IndexDescription,
  readDescription,
  refusal,
} from './description.js';
import { type Graph, loadLibrary, type Space } from './library.js';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M, type IndexOptions, indexOptions } from './options.js';
import { RowIndex } from './row-index.js';

/** What opening an index takes besides its own options. */
export interface IndexMeans {
  /** By default `cosine`. */
  readonly similarity?: Similarity;
  readonly signal?: AbortSignal;
  /** Who is told how far building is. */
  readonly report?: Report;
}

const SPACES: Readonly<Record<Similarity, Space>> = { cosine: 'cosine', euclidean: 'l2', dot: 'ip' };
const SEED = 100;
const BREATH_MS = 50;

/**
 * Opens the index of some rows at a path, or builds it where there is none: its file, and `path`.json, which says what
 * it is of. Rows with a number that is not finite are not in it.
 *
 * @param exact search among the rows, which gives them and their lengths
 * @throws WordmillError `data` for an index of other vectors, by another similarity or built with other options than are
 * given, or no index at all; `unavailable` where the library is not installed; `cannotCreate`; `aborted`
 */
export async function openIndex(
  path: string,
  exact: ExactSearch,
  options: IndexOptions = {},
  { similarity = 'cosine', signal = new AbortController().signal, report }: IndexMeans = {},
): Promise<{ readonly index: RowIndex; readonly built: boolean }> {
  const { matrix } = exact;
  const { m, efConstruction, efSearch } = parseOptions(indexOptions, options, 'index');
  const { HierarchicalNSW } = await loadLibrary();
  const described = await readDescription(path);
  const wanted = {
    similarity,
    rows: matrix.rows,
    dimensions: matrix.dimensions,
    fingerprint: fingerprint(matrix),
    m: m ?? described?.m ?? DEFAULT_M,
    efConstruction: efConstruction ?? described?.efConstruction ?? DEFAULT_EF_CONSTRUCTION,
  };
  if (described) checkIsWanted(path, described, wanted);
  const graph = new HierarchicalNSW(SPACES[similarity], matrix.dimensions);
  if (described) await readGraph(path, graph);
  else {
    await writeWhole(path, graph, wanted, () => build(graph, exact, wanted, signal, report));
  }
  return { index: new RowIndex(matrix, similarity, graph, efSearch), built: !described };
}

type Wanted = Omit<IndexDescription, 'format' | 'version' | 'bytes'>;

function checkIsWanted(path: string, described: IndexDescription, wanted: Wanted): void {
  const { rows, dimensions } = described;
  if (rows !== wanted.rows || dimensions !== wanted.dimensions) {
    throw refusal(
      path,
      `this index is of ${rows} vectors of ${dimensions} numbers, not of these ${wanted.rows} of ${wanted.dimensions}`,
    );
  }
  if (described.fingerprint !== wanted.fingerprint) throw refusal(path, 'this index is of other vectors');
  for (const key of ['similarity', 'm', 'efConstruction'] as const) {
    if (described[key] === wanted[key]) continue;
    throw refusal(path, `this index was built with ${key} ${described[key]}, not ${wanted[key]}`);
  }
}

async function readGraph(path: string, graph: Graph): Promise<void> {
  try {
    await graph.readIndex(path);
  } catch (cause) {
    throw refusal(path, `this index is damaged: ${(cause as Error).message}`);
  }
}

async function build(
  graph: Graph,
  { matrix, lengths }: ExactSearch,
  { m, efConstruction }: Wanted,
  signal: AbortSignal,
  report: Report | undefined,
): Promise<void> {
  const total = matrix.rows;
  if (total === 0) throw new WordmillError('data', 'there are no vectors to build an index of');
  graph.initIndex(total, m, efConstruction, SEED);
  let breathed = performance.now();
  for (let row = 0; row < total; row++) {
    if (Number.isFinite(lengths[row]!)) graph.addPoint([...rowOf(matrix, row)], row);
    if (performance.now() - breathed < BREATH_MS) continue;
    report?.progress({ phase: 'index', unit: 'rows', done: row + 1, total });
    await setImmediate();
    throwIfAborted(signal);
    breathed = performance.now();
  }
  report?.progress({ phase: 'index', unit: 'rows', done: total, total });
}

/** The index and its description, under their final names once both are whole. */
async function writeWhole(
  path: string,
  graph: Graph,
  wanted: Wanted,
  make: () => Promise<void>,
): Promise<void> {
  const outputs = new OutputSet();
  try {
    const file = await outputs.create(path);
    const beside = await outputs.create(descriptionPath(path));
    // After the files: where they cannot be, it should not take an hour to find out.
    await make();
    await graph.writeIndex(file.temporary);
    const { size: bytes } = await stat(file.temporary);
    const described: IndexDescription = { format: 'wordmill index', version: 1, ...wanted, bytes };
    await beside.write(Buffer.from(`${JSON.stringify(described, null, 2)}\n`));
    await file.finish();
    await beside.finish();
    await outputs.commit();
  } finally {
    await outputs.discard();
  }
}
