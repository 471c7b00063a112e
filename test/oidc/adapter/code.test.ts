import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { steadyClock } from '../../../src/lib/clock.ts';
import { assertRedeemed, redeemForRefresh } from '../../../src/oidc/adapter/code.ts';
import { type CodeInFlight, inFlightOf } from '../../../src/oidc/adapter/in-flight.ts';
import type { AdapterStore } from '../../../src/oidc/adapter/storage.ts';

const token = { id: 'token', payload: '{}', expiresAt: 1 };
const settings = { codeGraceSeconds: 2 };

const awaited = (more: Partial<CodeInFlight> = {}): CodeInFlight => ({
  id: 'code',
  grantId: 'grt_1',
  foundAt: steadyClock.now(),
  scopes: new Set(),
  isAwaited: true,
  saveAccessToken: undefined,
  ...more,
});

test('what a request waited since it saw the code as fresh is not taken for theft', async () => {
  const graces: number[] = [];
  const store: Pick<AdapterStore, 'redeemCodeForRefresh'> = {
    redeemCodeForRefresh: async ({ graceSeconds }) => {
      graces.push(graceSeconds);
      return 'spent';
    },
  };
  for (const waitedMs of [0, 30_000]) {
    const code = awaited({ foundAt: steadyClock.now() - waitedMs });
    await expect(redeemForRefresh(code, token, { store, settings })).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  }
  expect(graces[0]).toBeGreaterThanOrEqual(2);
  expect(graces[1]).toBeGreaterThanOrEqual(32);
});

test('an opaque access token is saved once its code is won, and never else', async () => {
  const saved: string[] = [];
  for (const answer of ['spent', 'ended', 'redeemed'] as const) {
    const code = awaited({
      saveAccessToken: async () => {
        saved.push(answer);
      },
    });
    const store = { redeemCodeForRefresh: async () => answer };
    const running = redeemForRefresh(code, token, { store, settings });
    if (answer === 'redeemed') await running;
    else await expect(running).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(code.isAwaited).toBe(answer !== 'redeemed');
  }
  expect(saved).toEqual(['redeemed']);
});

test('tokens whose code nobody has won are not handed out', () => {
  const req = {} as IncomingMessage;
  const ctx = { req } as Parameters<typeof assertRedeemed>[0];
  assertRedeemed(ctx);
  inFlightOf(req).code = awaited();
  expect(() => assertRedeemed(ctx)).toThrow('not redeemed');
});
