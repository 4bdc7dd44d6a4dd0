import type { Summary } from '../pipeline/run-summary.js';
import type { Log } from './log.js';

/** Says at the end of a run what it came to, and where the page is that tells more, if there is one. */
export function noteSummary(log: Log, { summary, fields }: Summary, page: string | undefined): void {
  log.close();
  if (page === undefined) log.note(summary, fields);
  else log.note(`${summary}\nreport: ${page}`, { ...fields, report: page });
}
