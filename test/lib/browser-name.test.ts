import { expect, test } from 'vitest';
import { browserName, refines, withHints } from '../../src/lib/browser-name.ts';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox · Linux'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/147.0.0.0 Safari/537.36',
    'Chrome · Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36 Edg/147.0.0.0',
    'Edge · Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari · macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Safari · iPhone',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/147.0 Mobile/15E148 Safari/604.1',
    'Chrome · iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Samsung Internet · Android',
  ],
  ['curl/8.5.0', 'curl'],
])('names the browser and the system of %s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});

test.each([[''], ['<script>alert(1)</script>'], ['\u202egnp.exe'], ['x'.repeat(256)]])(
  'shows a question mark for a user agent that names nothing: %j',
  (userAgent) => {
    expect(browserName(userAgent)).toBe('?');
  },
);

const PHONE =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Mobile Safari/537.36';
const PC =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

test.each([
  [PHONE, { model: '"Pixel 9"', platformVersion: '"15.0.0"' }, 'Chrome · Pixel 9'],
  [PHONE, { model: '""', platformVersion: '"15.0.0"' }, 'Chrome · Android 15'],
  [PC, { model: '""', platformVersion: '"15.0.0"' }, 'Chrome · Windows 11'],
  [PC, { model: '""', platformVersion: '"10.0.0"' }, 'Chrome · Windows 10'],
  [PC, { model: '""', platformVersion: '"0.1.0"' }, 'Chrome · Windows'],
  [PC, {}, 'Chrome · Windows'],
  [PHONE, { model: '"moto g(7) plus"' }, 'Chrome · moto g7 plus'],
  [PHONE, { model: '"<b>\u202e\n"' }, 'Chrome · b'],
  [PHONE, { model: `"${'x'.repeat(80)}"` }, `Chrome · ${'x'.repeat(40)}`],
  [PHONE, { platformVersion: '"(hints: 1; you)"' }, 'Chrome · Android'],
])('names the device of %s with the hints %j', (userAgent, hints, name) => {
  const told = withHints(userAgent, hints);
  expect(browserName(told)).toBe(name);
  expect(told.length).toBeLessThan(userAgent.length + 100);
});

test('hints refine what the same browser said before, and never what another one said', () => {
  const told = withHints(PHONE, { model: '"Pixel 9"', platformVersion: '"15.0.0"' });
  const updated = withHints(PHONE, { model: '"Pixel 9"', platformVersion: '"16.0.0"' });
  expect([refines(told, PHONE), refines(updated, told)]).toEqual([true, true]);
  expect([refines(told, told), refines(PHONE, told), refines(told, PC), refines(PHONE, PC)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
