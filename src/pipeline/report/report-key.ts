import { z } from 'zod';

/**
 * The key `report` of definitions: the path of the page, or false for none.
 *
 * @param place where the page is by default
 */
export function reportKey(place: string) {
  return z
    .union([z.string().min(1), z.literal(false)])
    .optional()
    .describe(
      `A page (HTML) that tells how the run went: loss, learning rate, speed; by default ${place} (false: none)`,
    );
}
