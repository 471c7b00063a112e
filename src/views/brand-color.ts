/**
 * What an operator's one colour becomes in a theme: the tokens of `auth.css`, all as `#rrggbb`. `brand` is text and lines,
 * `fill` what buttons are filled with, under text in `onBrand`.
 */
export type BrandColors = Record<'fill' | 'brand' | 'onBrand' | 'tint' | Neutral, string>;

/** What carries a breath of the brand's hue: grounds, inks, lines and the thread. */
type Neutral = 'paper' | 'sheet' | 'ink' | 'ink2' | 'rule' | 'hair' | 'thread';

export type Palette = { light: BrandColors; dark: BrandColors };

/** Of `auth.css`, for who sets no colour. `fill` is before `brand`: in a mail the colour of both is that of the button. */
export const ownPalette: Palette = {
  light: {
    fill: '#0b5b4a',
    brand: '#0b5b4a',
    onBrand: '#ffffff',
    tint: '#e3ebdf',
    paper: '#f6f3ea',
    sheet: '#fffdf7',
    ink: '#17211e',
    ink2: '#4a5752',
    rule: '#7c8681',
    hair: '#d9d5c7',
    thread: '#a67a1e',
  },
  dark: {
    fill: '#6fe0be',
    brand: '#6fe0be',
    onBrand: '#06231b',
    tint: '#12261f',
    paper: '#0c1110',
    sheet: '#151d1a',
    ink: '#e9f2ee',
    ink2: '#a9b8b2',
    rule: '#71807a',
    hair: '#26312d',
    thread: '#e7c15a',
  },
};

/** WCAG 2.2 §1.4.3, for text of any size. */
export const LEAST_CONTRAST = 4.5;

/** WCAG 2.2 §1.4.11, for the frames of fields and for the thread. */
export const LEAST_LINE_CONTRAST = 3;

/** Below it a colour is a grey to the eye. */
const LEAST_CHROMA = 0.02;

/** A colour that would have to be darker than this, in OKLCH, to bear white text, is another one: yellow becomes olive. */
const MOST_DARKER = 0.12;

/** How far the fill of a button is from the paper at least, in OKLab, where white and black are 1 apart. */
const LEAST_DISTANCE = 0.1;

/**
 * One colour made safe for both themes: its hue stays, its lightness moves (in OKLCH, where equal steps look equal)
 * until text in it, and text on it, can be read. A colour that can be read already is left as it is. A bright one fills
 * the buttons of light pages as it is, under dark text.
 */
export function deriveBrandColors(color: string): Palette {
  const wished = toOklch(color);
  const hue = { ...wished, chroma: Math.min(wished.chroma, 0.03) };

  const lightTint = toHex({ ...hue, lightness: 0.935, chroma: Math.min(hue.chroma, 0.02) });
  const lightNeutrals = neutrals(ownPalette.light, wished, -0.005);
  const onLight = move(color, wished, -0.005, [lightNeutrals.paper, lightNeutrals.sheet, lightTint]);

  const darkTint = toHex({ ...hue, lightness: 0.25 });
  const bright = { ...wished, lightness: Math.max(wished.lightness, 0.8) };
  const darkNeutrals = neutrals(ownPalette.dark, wished, 0.005);
  const onDark = move(toHex(bright), bright, 0.005, [darkNeutrals.paper, darkNeutrals.sheet, darkTint]);
  // A button in middle grey looks switched off: where white or black cannot stay, the ink stands for it.
  const isGrey = wished.chroma < LEAST_CHROMA;
  const light = isGrey && onLight !== color ? lightNeutrals.ink : onLight;
  const dark = isGrey && onDark !== color ? darkNeutrals.ink : onDark;

  return {
    light: { ...lightNeutrals, ...buttonOf(color, light, lightNeutrals), brand: light, tint: lightTint },
    dark: {
      ...darkNeutrals,
      fill: dark,
      brand: dark,
      onBrand: toHex({ ...hue, lightness: 0.23 }),
      tint: darkTint,
    },
  };
}

/** Of light pages: `readable` is the colour as text, dark enough for white on it. */
function buttonOf(
  color: string,
  readable: string,
  { paper, ink }: Pick<BrandColors, 'paper' | 'ink'>,
): Pick<BrandColors, 'fill' | 'onBrand'> {
  const wished = toOklch(color);
  const isBright = wished.lightness - toOklch(readable).lightness > MOST_DARKER;
  if (!isBright || wished.chroma < LEAST_CHROMA) return { fill: readable, onBrand: '#ffffff' };
  let fill = color;
  for (let { lightness } = wished; distance(fill, paper) < LEAST_DISTANCE; lightness -= 0.005)
    fill = toHex({ ...wished, lightness });
  return { fill, onBrand: move(ink, toOklch(ink), -0.005, [fill]) };
}

function distance(one: string, other: string): number {
  const [a, b] = [toOklch(one), toOklch(other)];
  const between = a.chroma ** 2 + b.chroma ** 2 - 2 * a.chroma * b.chroma * Math.cos(a.hue - b.hue);
  return Math.sqrt((a.lightness - b.lightness) ** 2 + Math.max(0, between));
}

/** Our own papers, inks and lines as light and as grey as they are, in the hue of the brand. A grey brand has grey ones. */
function neutrals(own: BrandColors, { hue, chroma }: Oklch, step: number): Record<Neutral, string> {
  const inHue = (color: string, against: readonly string[] = [], least = LEAST_CONTRAST) => {
    const from = toOklch(color);
    const turned = { lightness: from.lightness, chroma: Math.min(from.chroma, chroma), hue };
    return move(toHex(turned), turned, step, against, least);
  };
  const paper = inHue(own.paper);
  const sheet = inHue(own.sheet);
  return {
    paper,
    sheet,
    ink: inHue(own.ink, [paper, sheet]),
    ink2: inHue(own.ink2, [paper, sheet]),
    rule: inHue(own.rule, [paper, sheet], LEAST_LINE_CONTRAST),
    hair: inHue(own.hair),
    thread: inHue(own.thread, [paper], LEAST_LINE_CONTRAST),
  };
}

/** WCAG 2.2: between 1 and 21. */
export function contrast(one: string, other: string): number {
  const [bright, dim] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

type Oklch = { lightness: number; chroma: number; hue: number };

function move(
  color: string,
  from: Oklch,
  step: number,
  against: readonly string[],
  least = LEAST_CONTRAST,
): string {
  let moved = color;
  for (let lightness = from.lightness; lightness > 0 && lightness < 1; lightness += step) {
    if (against.every((ground) => contrast(moved, ground) >= least)) return moved;
    moved = toHex({ ...from, lightness: lightness + step });
  }
  return against.every((ground) => contrast(moved, ground) >= least)
    ? moved
    : step < 0
      ? '#000000'
      : '#ffffff';
}

function luminance(color: string): number {
  const [red, green, blue] = toLinear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

type Rgb = [red: number, green: number, blue: number];

function toLinear(color: string): Rgb {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

// CSS Color 4 §9.3, the matrices of OKLab.
function toOklch(color: string): Oklch {
  const [red, green, blue] = toLinear(color);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, b),
    hue: Math.atan2(b, a),
  };
}

/** The nearest colour that a screen can show: chroma gives way, lightness and hue stay. */
function toHex({ lightness, chroma, hue }: Oklch): string {
  let rest = chroma;
  let linear = linearOf({ lightness, chroma: rest, hue });
  while (rest > 0.001 && linear.some((value) => value < -0.0005 || value > 1.0005)) {
    rest *= 0.97;
    linear = linearOf({ lightness, chroma: rest, hue });
  }
  const digits = linear.map((value) => {
    const kept = Math.min(1, Math.max(0, value));
    const encoded = kept <= 0.0031308 ? kept * 12.92 : 1.055 * kept ** (1 / 2.4) - 0.055;
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${digits.join('')}`;
}

function linearOf({ lightness, chroma, hue }: Oklch): Rgb {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}
