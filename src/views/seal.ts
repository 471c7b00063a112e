import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';

/**
 * The guilloché rosette of an installation, drawn from SHA-256(issuer): three rings of turned ellipses. It is
 * decoration, and proves nothing: anyone can copy it.
 */
export function drawSeal(issuer: string): Html {
  const bytes = createHash('sha256').update(issuer).digest();
  const pick = (index: number, least: number, most: number) =>
    Math.round(least + ((bytes[index] ?? 0) / 255) * (most - least));

  const rings = [
    ring(0, pick(0, 12, 18), 180, 0, pick(1, 150, 185), pick(2, 60, 95)),
    ring(1, pick(3, 18, 27), 180, 0, pick(4, 95, 130), pick(5, 25, 50)),
    ring(2, pick(6, 16, 24), 360, pick(7, 80, 110), pick(8, 38, 60), pick(9, 14, 30)),
  ];
  return html`<svg class="seal" viewBox="-200 -200 400 400" fill="none" stroke="currentColor" stroke-width=".8" aria-hidden="true"><g>${rings}</g></svg>`;
}

function ring(id: number, turns: number, arc: number, cx: number, rx: number, ry: number): Html {
  const copies = Array.from({ length: turns - 1 }, (_, index) => {
    const angle = Number((((index + 1) * arc) / turns).toFixed(1));
    return html`<use href="#s${id}" transform="rotate(${angle})"/>`;
  });
  return html`<ellipse id="s${id}" cx="${cx}" rx="${rx}" ry="${ry}"/>${copies}`;
}
