// Installs the tools that tests and benchmarks compare with into bench/.peers/, in a place of their own.
//   node scripts/peers.mjs gensim tagging prometheus kubernetes kenlm fasttext chromium faketime redis moto
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumProgram, faketimeLibrary, fasttextProgram, redisProgram } from './debian-programs.mjs';
import { kenlmPrograms } from './peers-kenlm.mjs';
import { root } from './setup.mjs';

/** What is installed under each name, and the modules that are then there. */
const PEERS = {
  sklearn: { requirements: ['scikit-learn==1.9.1'], modules: ['sklearn'] },
  gensim: { requirements: ['gensim==4.4.0'], modules: ['gensim'] },
  tagging: {
    requirements: ['numpy', 'safetensors==0.8.0', 'seqeval==1.2.2', 'conlleval==0.2'],
    modules: ['numpy', 'safetensors', 'seqeval', 'conlleval'],
  },
  prometheus: { requirements: ['prometheus-client==0.26.0'], modules: ['prometheus_client'] },
  kubernetes: { requirements: ['kubernetes-validate==1.37.0'], modules: ['kubernetes_validate', 'yaml'] },
  // A server of an emulated S3. Of what its own extra names, S3 needs only these.
  moto: {
    folder: 'moto',
    requirements: ['moto[s3]==5.2.5', 'flask', 'flask-cors'],
    modules: ['moto', 'flask_cors'],
  },
  // For examples/spark. It needs Java, which is the system's.
  spark: { folder: 'spark', requirements: ['pyspark==4.3.0'], modules: ['pyspark'] },
  // TensorFlow wants an older numpy than the others take.
  keras: { folder: 'keras', requirements: ['tensorflow-cpu==2.15.1'], modules: ['tensorflow'] },
};

/** The Python of a peer's virtual environment, with the packages of a name in it; installed if they are missing. */
export function peerPython(name) {
  const { requirements, modules, folder = 'venv' } = PEERS[name];
  const environment = join(root, 'bench', '.peers', folder);
  const python = join(environment, 'bin', 'python');
  if (existsSync(python) && spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0)
    return python;
  console.error(`wordmill: installing ${requirements.join(', ')} into bench/.peers/${folder}`);
  must('python3', ['-m', 'venv', environment]);
  must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
  return python;
}

let gensim;

/** The Python of the peers' virtual environment, with gensim in it; installed if it is missing. */
export function gensimPython() {
  gensim ??= peerPython('gensim');
  return gensim;
}

function must(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

/** What is no Python package, and what builds or installs it. */
const PROGRAMS = {
  kenlm: kenlmPrograms,
  fasttext: fasttextProgram,
  chromium: chromiumProgram,
  faketime: faketimeLibrary,
  redis: redisProgram,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const known = [...Object.keys(PEERS), ...Object.keys(PROGRAMS)];
  if (names.length === 0 || names.some((name) => !known.includes(name))) {
    console.error(`Give one or more of ${known.join(', ')}.`);
    process.exit(2);
  }
  for (const name of names) {
    if (Object.hasOwn(PROGRAMS, name)) PROGRAMS[name]();
    else peerPython(name);
  }
}
