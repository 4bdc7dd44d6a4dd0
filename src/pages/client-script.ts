import { readFileSync } from 'node:fs';

/**
 * The JavaScript of a page, in one piece. It is TypeScript for browsers (tsconfig.pages.json), which the build bundles into
 * `dist/pages/client/` (scripts/build-pages.mjs).
 *
 * @throws Error where the checkout has not been built.
 */
export function clientScript(name: 'chart' | 'map'): string {
  return readFileSync(new URL(`../../dist/pages/client/${name}.js`, import.meta.url), 'utf8');
}
