import { expect, test } from 'vitest';
import { parseSince } from '../../src/lib/since.ts';

const now = Date.UTC(2026, 10, 29, 12);

test.each([
  ['30m', now - 30 * 60_000],
  ['24h', now - 86_400_000],
  ['7d', now - 7 * 86_400_000],
  ['2w', now - 14 * 86_400_000],
  ['2026-11-28', Date.UTC(2026, 10, 28)],
  ['2026-11-28T08:00Z', Date.UTC(2026, 10, 28, 8)],
  ['2026-11-28T08:00:00+02:00', Date.UTC(2026, 10, 28, 6)],
])('%s', (typed, at) => {
  expect(parseSince(typed, now)).toBe(at);
});

test.each(['', 'yesterday', '7', 'd', '-1d', '2026', '2026-13-01', '28.11.2026', '1e3d', '9999999h'])(
  '%j is no time',
  (typed) => {
    expect(parseSince(typed, now)).toBeUndefined();
  },
);
