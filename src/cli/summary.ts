import type { Log, LogFields } from './log.js';

/** What a run came to, for people and for programs. */
export interface Summary {
  readonly summary: string;
  readonly fields: LogFields;
}

/** Says at the end of a run what it came to, and where the page is that tells more, if there is one. */
export function noteSummary(log: Log, { summary, fields }: Summary, page: string | undefined): void {
  log.close();
  if (page === undefined) log.note(summary, fields);
  else log.note(`${summary}\nreport: ${page}`, { ...fields, report: page });
}
