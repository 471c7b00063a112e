/**
 * "Firefox · Linux", "Chrome · Pixel 9", from a user agent: enough for a person to know their own devices again. Names of
 * products, so it needs no translation; what is not known is named as it calls itself.
 */
export function browserName(userAgent: string): string {
  const { base, model = '', version = '' } = partsOf(userAgent);
  const browser = BROWSERS.find(([pattern]) => pattern.test(base))?.[1] ?? firstProduct(base);
  const system = SYSTEMS.find(([pattern]) => pattern.test(base))?.[1];
  const device = model || (system === undefined ? undefined : systemName(system, version));
  return device === undefined ? browser : `${browser} · ${device}`;
}

/**
 * A user agent with what the browser says of its device when it is asked (User-Agent Client Hints: `Accept-CH` on our
 * account pages), as one text, which goes wherever a user agent goes: `Mozilla/5.0 … (hints: 15.0.0; Pixel 9)`. User
 * agents themselves are frozen: every Android is "Android 10; K", every Windows 10.
 */
export function withHints(userAgent: string, hints: { model?: string; platformVersion?: string }): string {
  const model = plain(hints.model ?? '').slice(0, 40);
  const version = /^\d{1,4}(?:\.\d{1,6}){0,3}$/.exec(plain(hints.platformVersion ?? ''))?.[0] ?? '';
  return model === '' && version === '' ? userAgent : `${userAgent} (hints: ${version}; ${model})`;
}

/** Whether this is the same user agent, and says more, or something newer, of its device. */
export function refines(userAgent: string, before: string): boolean {
  const now = partsOf(userAgent);
  return now.version !== undefined && userAgent !== before && now.base === partsOf(before).base;
}

function partsOf(userAgent: string): { base: string; version?: string; model?: string } {
  const [hints, version = '', model = ''] = / \(hints: ([\d.]*); ([\w .+/-]*)\)$/.exec(userAgent) ?? [];
  return hints === undefined
    ? { base: userAgent }
    : { base: userAgent.slice(0, -hints.length), version, model };
}

/** Versions only where they are the number that people know (Windows: learn.microsoft.com, "detect Windows 11"). */
function systemName(system: string, version: string): string {
  const major = Number(version.split('.')[0]);
  if (system === 'Windows' && major > 0) return major >= 13 ? 'Windows 11' : 'Windows 10';
  return (system === 'Android' || system === 'macOS') && major > 0 ? `${system} ${major}` : system;
}

/** Letters and signs that models are named with, and nothing that could end the text or pass for something else. */
function plain(text: string): string {
  return text.replaceAll(/[^\w .+/-]/g, '').trim();
}

// Most browsers name others beside themselves, so the most particular comes first.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bChromium\//, 'Chromium'],
  [/^(?=.*\bVersion\/[\d.]).*\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

/** `curl/8.5.0` is `curl`. Letters only, so that nothing odd is shown. */
function firstProduct(userAgent: string): string {
  return /^[A-Za-z][\w .-]{0,30}(?=\/|$)/.exec(userAgent)?.[0] ?? '?';
}
