import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Context } from 'koa';
import { errors } from 'oidc-provider';
import { describe, expect, test } from 'vitest';
import { type RequestInfo, setRequestInfo } from '../../src/http/request.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { letGoWhenAnswered } from '../../src/oidc/answered.ts';
import { logEvents } from '../../src/oidc/events.ts';
import { startGatehouse } from '../support/processes.ts';

describe('an answered request', () => {
  test('is nothing to V8 any more: what it held does not wait for a full collection', async () => {
    const server = await startGatehouse({ flags: ['--trace-gc-nvp'] });
    // `gc=s … promoted=1` up to Node 24, `"gc":"s",…,"promoted":1` after it.
    const young = () =>
      [...server.output().matchAll(/\bgc"?[=:]"?s\b.*?\bpromoted"?[=:](\d+)/g)].map(([, bytes]) =>
        Number(bytes),
      );
    await askOften(server.url, 500);
    const before = young().length;
    await askOften(server.url, 3000);
    const during = young().slice(before);
    await server.stop();
    expect(during.length).toBeGreaterThan(5);
    // Bytes of each request. All that one holds is three to six times as much.
    expect(during.reduce((sum, bytes) => sum + bytes, 0) / 3000).toBeLessThan(3500);
  });

  test('holds neither its stream nor what the library knows of it', async () => {
    const ctx = await contextAfter(async ({ res }) => res.end('done'));
    expect([ctx.req, ctx.res, ctx.oidc.params]).toEqual([undefined, undefined, undefined]);
  });

  test('that was refused keeps all of it, because the log has yet to explain why', async () => {
    const ctx = await contextAfter(async ({ ctx, res }) => {
      const provider = new EventEmitter();
      setRequestInfo(ctx.req, { id: 'refused' } as RequestInfo);
      const unasked = { logger: createLogger({ logLevel: 'silent' }) };
      logEvents(provider as never, unasked as never);
      provider.emit('grant.error', ctx, new errors.InvalidGrant('refresh token not found'));
      res.end('refused');
    });
    expect([ctx.req, ctx.res, ctx.oidc.params]).toEqual([expect.anything(), expect.anything(), {}]);
  });

  test('whose peer went away keeps all of it, because somebody may still work on it', async () => {
    const ctx = await contextAfter(async ({ peer }) => peer.destroy());
    expect([ctx.req, ctx.res, ctx.oidc.params]).toEqual([expect.anything(), expect.anything(), {}]);
  });
});

type Handled = Context & { oidc: { params?: object } };

/** What the context of a request holds after its connection was done with, one way or the other. */
async function contextAfter(
  act: (at: { ctx: Handled; res: ServerResponse; peer: Socket }) => Promise<unknown>,
): Promise<Handled> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  peer.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [req, res] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const ctx = { req, res, oidc: { params: {} } } as unknown as Handled;
  letGoWhenAnswered(ctx);
  await Promise.all([once(res, 'close'), act({ ctx, res, peer })]);
  peer.destroy();
  server.close();
  return ctx;
}

/** A page of the library's, which needs nobody to be known. */
async function askOften(url: string, times: number): Promise<void> {
  const { host, port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  for (let asked = 0; asked < times; asked += 1) {
    socket.write(`GET /session/end HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    if (asked === 0) expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
  }
  socket.destroy();
}
