import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';

/** How the picture of a map looks, as SVG or PNG. */
export const pictureOptions = z.strictObject({
  width: wholeNumber(200, 10_000).default(1_600).describe('SVG and PNG: width in pixels'),
  height: wholeNumber(200, 10_000).default(1_200).describe('SVG and PNG: height in pixels'),
  theme: z.enum(['light', 'dark']).default('light').describe('SVG and PNG: the colours'),
});

/** `pictureOptions` as a caller gives them. */
export type PictureOptions = z.input<typeof pictureOptions>;
