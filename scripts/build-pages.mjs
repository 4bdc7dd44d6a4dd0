// Bundles the scripts of pages, TypeScript for browsers, each with all that it imports, into one file that goes into a page.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where each script begins, by its name. */
const SCRIPTS = {
  chart: 'src/pages/client/chart.ts',
  map: 'src/vectors/map/client/main.ts',
};

await build({
  absWorkingDir: root,
  entryPoints: SCRIPTS,
  outdir: join('dist', 'pages', 'client'),
  bundle: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});
