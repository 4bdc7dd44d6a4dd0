import type { Report } from '../../core/report.js';
import type { StageContext } from '../../core/stage.js';
import { HttpClient } from './client.js';
import type { HttpOptions } from './options.js';

/** By the report of a run, which it has one of however its context is passed on. */
const clients = new WeakMap<Report, HttpClient>();

/**
 * The client of a run: made when it is first asked for, with the options given then, and closed when the run ends.
 *
 * @throws WordmillError `usage` for wrong options, proxies or credentials
 */
export function httpClientOf(context: StageContext, options: Partial<HttpOptions> = {}): HttpClient {
  const { signal, report } = context;
  let client = clients.get(report);
  if (!client) {
    client = new HttpClient(options, { signal, report });
    clients.set(report, client);
    context.atEnd(client.close.bind(client));
  }
  return client;
}
