import { type Html, html } from '../../src/views/html.ts';

/** Uses of one day, the oldest first in a list. */
export type UsesOfDay = { used: number; refused: number };

const BAR = 8;
const STEP = 10;
const HEIGHT = 32;

/**
 * Uses per day as bars, the refused ones on top. It says nothing that is not said in words beside it, so it is hidden from
 * who hears the page.
 */
export function usesPicture(days: readonly UsesOfDay[]): Html {
  const most = Math.max(1, ...days.map(({ used, refused }) => used + refused));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(1, Math.round((count / most) * HEIGHT)));
  const bars = days.map(({ used, refused }, at) => {
    const [low, high] = [heightOf(used), heightOf(refused)];
    return html`${bar(at, HEIGHT - low, low)}${bar(at, Math.max(0, HEIGHT - low - high), high, 'no')}`;
  });
  const width = days.length * STEP - (STEP - BAR);
  return html`<svg class="uses" viewBox="0 0 ${width} ${HEIGHT + 2}" width="${width}" height="${HEIGHT + 2}" aria-hidden="true" focusable="false"><path d="M0 ${HEIGHT + 1}H${width}"/>${bars}</svg>`;
}

function bar(at: number, top: number, height: number, kind?: 'no'): Html | false {
  return (
    height > 0 &&
    html`<rect${kind && html` class="${kind}"`} x="${at * STEP}" y="${top}" width="${BAR}" height="${height}"/>`
  );
}
