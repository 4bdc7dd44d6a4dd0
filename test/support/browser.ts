import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or what CHROMIUM names. */
const program = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));

/** For a test's `skip`: why there is no browser, or false. */
export const skipWithoutBrowser: string | false =
  program === undefined && 'there is no /usr/bin/chromium: apt-get install chromium, or set CHROMIUM';

/** A page in a browser, and what it wrote to its console or threw, each as a line. */
export interface OpenedPage {
  readonly page: Page;
  readonly said: readonly string[];
}

/** Opens a file of HTML in Chromium, without a network; closes all when the body is done. */
export async function inBrowser(
  file: string,
  body: (opened: OpenedPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  // As root, in a container, Chromium has no sandbox of its own.
  const browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(`threw: ${error.message}`));
    await page.goto(pathToFileURL(file).href);
    await body({ page, said });
  } finally {
    await browser.close();
  }
}
