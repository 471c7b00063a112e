import { expect, test } from 'vitest';
import { isLoopbackHost } from '../../src/lib/loopback.ts';

test.for([
  ['http://localhost:3000/', true],
  ['http://LOCALHOST/', true],
  ['http://127.1/', true],
  ['http://[::1]:9/', true],
  ['http://[0:0::1]/', true],
  ['http://localhost.example/', false],
  ['http://localhost@example.com/', false],
  ['http://10.0.0.1/', false],
] as const)('%s is on this machine: %s', ([url, expected]) => {
  expect(isLoopbackHost(new URL(url).hostname)).toBe(expected);
});
