import { z } from 'zod';

/**
 * Options have one schema each, in the folder of the stage that takes them. The schema gives the TypeScript type, the
 * validation, the default, the line in `--help`, the JSON Schema for editors and the reference page.
 */

/** How an option appears on the command line where that differs from its key in kebab case. */
export interface FlagMeta {
  /** The flag's name, without dashes. */
  readonly flag?: string;
  /** Not offered as a flag. */
  readonly hidden?: boolean;
}

/** A whole number in a range. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  return z.number().int().min(minimum).max(maximum);
}

/** A number greater than 0. */
export function positive(): z.ZodNumber {
  return z.number().positive();
}
