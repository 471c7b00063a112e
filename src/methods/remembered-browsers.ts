import type { IncomingMessage, ServerResponse } from 'node:http';
import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import type { MethodsConfig } from './config.ts';
import type { MethodsStore, RememberedBrowser } from './store.ts';

export type { RememberedBrowser } from './store.ts';

export type RememberedBrowsersDeps = {
  store: MethodsStore;
  clock: Clock;
  config: { base: string; isSecure: boolean; methods: Pick<MethodsConfig, 'rememberDeviceDays'> };
  /** When the person's password was changed last: what was remembered before then is worth nothing. */
  passwordChangedAt(userId: string): Promise<number | undefined>;
};

export type RememberedBrowsers = ReturnType<typeof createRememberedBrowsers>;

/**
 * "Don't ask on this device for 30 days": stands for the second factor at a plain sign-in, and never where a level or a
 * fresh proof is asked for. The browser holds a random token, the database its hash. A token is made anew each time, so
 * that nobody can plant one in another's browser and use it too; a browser that several people share holds some.
 */
export function createRememberedBrowsers({
  store,
  clock,
  config,
  passwordChangedAt,
}: RememberedBrowsersDeps) {
  const { rememberDeviceDays: days } = config.methods;
  const name = cookieNames(config).remembered;

  return {
    /** 0: nobody is offered it, and what was remembered before counts no more. */
    days,

    async remember(ctx: { req: IncomingMessage; res: ServerResponse }, userId: string): Promise<void> {
      if (days === 0) return;
      const token = createSecret();
      const now = clock.now();
      const { userAgent, network } = requestInfo(ctx);
      await store.insertRememberedBrowser({
        id: createId('rdv'),
        userId,
        tokenHash: sha256(token),
        userAgent: userAgent.slice(0, 400),
        network,
        createdAt: now,
        expiresAt: now + days * DAY_MS,
      });
      const tokens = [token, ...tokensOf(ctx)].slice(0, MAXIMUM_TOKENS);
      setHostCookie(ctx.res, config, name, tokens.join('.'), (days * DAY_MS) / 1000);
    },

    async isRemembered(ctx: { req: IncomingMessage }, userId: string): Promise<boolean> {
      const tokens = days === 0 ? [] : tokensOf(ctx);
      if (tokens.length === 0) return false;
      const since = (await passwordChangedAt(userId)) ?? 0;
      return store.useRememberedBrowser(userId, tokens.map(sha256), { now: clock.now(), since });
    },

    /** The last one used first. */
    async list(userId: string): Promise<RememberedBrowser[]> {
      if (days === 0) return [];
      const since = (await passwordChangedAt(userId)) ?? 0;
      const all = await store.listRememberedBrowsers(userId, clock.now());
      return all.filter(({ createdAt }) => createdAt >= since);
    },

    /** Answers whether there was such a one of this person. */
    remove: async (userId: string, id: string): Promise<boolean> =>
      (await store.deleteRememberedBrowsers(userId, id)) > 0,

    endAllOf: (userId: string): Promise<number> => store.deleteRememberedBrowsers(userId),

    /** All but this browser, which stays remembered after a change of the password that was made in it. */
    async endOthers(ctx: { req: IncomingMessage }, userId: string): Promise<number> {
      return store.deleteOtherRememberedBrowsers(userId, tokensOf(ctx).map(sha256), clock.now());
    },
  };

  function tokensOf(ctx: { req: IncomingMessage }): string[] {
    const tokens = (readCookie(ctx.req, name) ?? '').split('.');
    return tokens.filter((token) => /^[\w-]{43}$/.test(token)).slice(0, MAXIMUM_TOKENS);
  }
}

const DAY_MS = 86_400_000;
/** People who share a browser. */
const MAXIMUM_TOKENS = 5;
