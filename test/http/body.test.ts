import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readBody } from '../../src/http/body.ts';

/** A request that has sent so much of its body, and sends no more until `rest` is called. */
function startRequest(bytes: Buffer) {
  const stream = new Readable({ read() {} });
  const req = Object.assign(stream, { headers: {} }) as unknown as IncomingMessage;
  stream.push(bytes);
  return {
    body: readBody(req).catch((error: Error & { code?: string }) => error.code),
    rest: () => void stream.push(null),
    goAway: () => void stream.destroy(),
  };
}

test('thousands who send large bodies and never end them are refused, while small ones are waited for', async () => {
  const large = Buffer.alloc(60 * 1024);
  const small = Buffer.from('grant_type=client_credentials');
  const waiting = Array.from({ length: 2000 }, () => startRequest(large));
  const refused = await Promise.all(
    waiting.map(({ body }) => Promise.race([body, new Promise((resolve) => setImmediate(resolve, 'waits'))])),
  );
  expect(refused.filter((each) => each === 'waits').length * large.length).toBeLessThan(65 * 1024 * 1024);
  expect(refused.filter((each) => each === 'http.overloaded').length).toBeGreaterThan(800);

  const honest = startRequest(small);
  honest.rest();
  expect(await honest.body).toEqual(small);

  // What they held is free again when they have gone, or have come to their end.
  for (const [number, each] of waiting.entries()) number % 2 === 0 ? each.goAway() : each.rest();
  await Promise.all(waiting.map(({ body }) => body));
  const next = startRequest(large);
  next.rest();
  expect(await next.body).toEqual(large);
});
