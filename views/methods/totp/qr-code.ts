import { createRequire } from 'node:module';
import { type Html, html } from '../../../src/views/html.ts';

/** Loaded with the first code: it brings ways to draw that we do not use. */
const library = (): typeof import('qrcode') => createRequire(import.meta.url)('qrcode');

/** Light modules around it, without which cameras do not find it (ISO/IEC 18004 §9.1). */
const QUIET = 4;

/** A QR code as an inline drawing: no image, no script, no style. Black on white in the dark theme, too. */
export function qrCode(text: string, label: string): Html {
  const { size, data } = library().create(text, { errorCorrectionLevel: 'M' }).modules;
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      let run = 0;
      while (x + run < size && data[y * size + x + run]) run += 1;
      if (run === 0) continue;
      path += `M${x + QUIET} ${y + QUIET}h${run}v1h-${run}z`;
      x += run;
    }
  }
  const whole = size + 2 * QUIET;
  return html`<svg class="qr" viewBox="0 0 ${whole} ${whole}" shape-rendering="crispEdges" role="img" aria-label="${label}"><path fill="#fff" d="M0 0h${whole}v${whole}H0z"/><path fill="#000" d="${path}"/></svg>`;
}
