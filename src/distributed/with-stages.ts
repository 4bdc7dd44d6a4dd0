import type { ReportListener } from '../core/report.js';
import { openContext } from '../core/run.js';
import type { StageContext } from '../core/stage.js';
import type { StepContext } from './step.js';

/**
 * Works with stages inside a step: they are lent scratch folders inside the step's own, and a report of their own, which
 * passes on warnings, notes and progress and keeps its counts to itself.
 */
export async function withStages<Result>(
  { report, signal, scratchFolder }: Pick<StepContext, 'report' | 'signal' | 'scratchFolder'>,
  work: (context: StageContext) => Promise<Result>,
): Promise<Result> {
  const listener: ReportListener = {
    progress: (progress) => report.progress(progress),
    warning: (message) => report.warn(message, message),
    note: (message) => report.note(message),
  };
  const opened = openContext({ signal, listener, scratch: await scratchFolder() });
  try {
    return await work(opened.context);
  } finally {
    await opened.close();
  }
}
