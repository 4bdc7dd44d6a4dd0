import { createRequire } from 'node:module';
import { WordmillError } from '../../core/errors.js';

const require = createRequire(import.meta.url);

/**
 * A picture in SVG as PNG, `scale` pixels for each of its own. Drawn by resvg with DejaVu's fonts, which both come as
 * packages, so that it looks the same on a machine without any fonts; scripts that these lack need fonts of the system.
 *
 * @throws WordmillError `unavailable` where one of the packages could not be installed.
 */
export async function pngOfSvg(svg: string, scale = 1): Promise<Buffer> {
  const { Resvg } = await loadResvg();
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontFiles: fontFiles(),
      loadSystemFonts: true,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  return picture.render().asPng();
}

async function loadResvg(): Promise<typeof import('@resvg/resvg-js')> {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    throw missing('@resvg/resvg-js', cause);
  }
}

function fontFiles(): string[] {
  try {
    return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
      require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
    );
  } catch (cause) {
    throw missing('dejavu-fonts-ttf', cause);
  }
}

function missing(name: string, cause: unknown): WordmillError {
  return new WordmillError('unavailable', `PNG needs the optional package ${name}, which cannot be loaded`, {
    hint: `Install it (npm install ${name}), or write SVG or HTML.`,
    cause,
  });
}
