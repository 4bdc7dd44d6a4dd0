import type { TestContext } from 'node:test';
import { Report } from '../../../src/core/report.js';
import { HttpClient, type HttpSettings } from '../../../src/sources/http/client.js';
import type { HttpOptions } from '../../../src/sources/http/options.js';
import { parseUrl } from '../../../src/sources/http/url.js';

/** Waits that do not make tests long. */
export const QUICK: Partial<HttpOptions> = { retryWait: 0.01, maxRetryWait: 0.05 };

/** What a download gave, and what was said meanwhile. */
export interface Fetched {
  readonly text: string;
  readonly version: string | undefined;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly counts: Record<string, number>;
}

/** Reads a URL by a client of its own, without the environment's proxies and credentials. */
export async function fetchText(
  url: string,
  options: Partial<HttpOptions> = {},
  settings: HttpSettings = {},
): Promise<Fetched> {
  const notes: string[] = [];
  const report = new Report({ note: (note) => notes.push(note) });
  const client = new HttpClient({ ...QUICK, ...options }, { environment: {}, report, ...settings });
  try {
    const file = await client.open(parseUrl(url));
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of file.chunks) chunks.push(chunk);
    } finally {
      await file.close();
    }
    const counts = report.stages.source?.counts ?? {};
    return {
      text: Buffer.concat(chunks).toString(),
      version: file.version,
      notes,
      warnings: report.warnings,
      counts,
    };
  } finally {
    await client.close();
  }
}

/** A client that is closed after the test. */
export function clientFor(test: TestContext, options: Partial<HttpOptions> = {}): HttpClient {
  const client = new HttpClient({ ...QUICK, ...options }, { environment: {} });
  test.after(() => client.close());
  return client;
}
