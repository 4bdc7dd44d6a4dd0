// `npm run test:fuzz`: reads a million damaged inputs, and says of each that made trouble how to see it again.
//
//     npm run test:fuzz -- --inputs 50000 --seed 7
//     npm run test:fuzz -- --target vocabulary --seed 7 --input 1234      one input, kept as a file
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { inputsOf } from './inputs.js';
import { fuzz } from './run.js';
import type { Finding } from './target.js';
import { TARGETS } from './targets.js';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string', multiple: true },
    input: { type: 'string' },
  },
});
const seed = Number(values.seed);
const targets = TARGETS.filter(({ name }) => values.target?.includes(name) ?? true);
if (targets.length === 0) {
  console.error(`No such target; there are ${TARGETS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
process.exit((await (values.input === undefined ? readMany() : readOne(Number(values.input)))) ? 1 : 0);

/** Reads as many inputs of each target; gives whether something was found. */
async function readMany(): Promise<boolean> {
  const each = Math.ceil(Number(values.inputs) / targets.length);
  console.log(`seed ${seed}: ${targets.length} targets, ${each.toLocaleString('en-US')} inputs of each`);
  const limit = pLimit(availableParallelism());
  const found = await limit.map(targets, async ({ name }) => {
    const since = performance.now();
    const findings = await fuzz(seed, [{ target: name, from: 0, to: each }]);
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    console.log(`${name}: ${findings.length === 0 ? 'nothing' : findings.length} found in ${seconds} s`);
    for (const finding of firstOfEachKind(findings)) show(finding);
    return findings.length > 0;
  });
  return found.some((any) => any);
}

/** Reads one input in this process, where a debugger can look on. */
async function readOne(input: number): Promise<boolean> {
  const [target] = targets;
  const file = `fuzz-${target!.name}-${seed}-${input}`;
  const { bytes, random } = (await inputsOf(target!, seed))(input);
  writeFileSync(file, bytes);
  console.log(`${bytes.length} bytes, kept in ${file}`);
  const thrown = await target!.read(bytes, file, random).catch((error: unknown) => error);
  console.log(thrown ?? 'read without an error');
  return false;
}

/** Findings whose first lines differ, twenty at most. */
function firstOfEachKind(findings: readonly Finding[]): Finding[] {
  const kinds = new Map(findings.map((finding) => [finding.problem.split('\n').slice(0, 2).join(), finding]));
  return [...kinds.values()].slice(0, 20);
}

function show({ target, seed, input, problem }: Finding): void {
  console.log(`\n${problem}\n  npm run test:fuzz -- --target ${target} --seed ${seed} --input ${input}\n`);
}
