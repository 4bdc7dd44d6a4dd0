import { readFileSync } from 'node:fs';

/**
 * The JavaScript of one of `client/`, to go into a page. It is TypeScript for browsers, which the build compiles to
 * `dist/pages/client/` (tsconfig.pages.json).
 *
 * @throws Error where the checkout has not been built.
 */
export function clientScript(name: 'chart'): string {
  return readFileSync(new URL(`../../dist/pages/client/${name}.js`, import.meta.url), 'utf8');
}
