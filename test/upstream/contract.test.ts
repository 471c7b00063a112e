import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createLeases } from '../../src/database/lease.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { builtInIds } from '../../src/methods/built-in.ts';
import { createMethodsConfig } from '../../src/methods/config.ts';
import { createLimits } from '../../src/methods/limits.ts';
import { createOneTimeMemory } from '../../src/methods/memory.ts';
import type { Method } from '../../src/methods/method.ts';
import { createMethods } from '../../src/methods/methods.ts';
import { createMethodsStore } from '../../src/methods/store.ts';
import { createUpstreamMethod } from '../../src/methods/upstream/upstream.ts';
import { createRateLimit } from '../../src/rate-limit/rate-limit.ts';
import type { Provider } from '../../src/upstream/upstream.ts';
import { methodContract } from '../support/method-contract.ts';
import { createPerson } from '../support/relying-party.ts';
import { requestFrom } from '../support/request-info.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createProvider, goThere, newSlug, startUpstream, type World } from './set-up.ts';

let world: World;
let there: LibraryProvider;
let provider: Provider;

beforeAll(async () => {
  [world, there] = await Promise.all([startUpstream(), startLibraryProvider()]);
  const slug = newSlug();
  provider = await createProvider(world, { slug, ...(await there.register(world.url, slug)) });
});
afterAll(async () => {
  await Promise.all([world?.close(), there?.close()]);
});

methodContract('a provider elsewhere', async () => {
  const { users, upstream, db, audit } = world.modules;
  const person = await createPerson(world);
  const theirs = `ada-${randomUUID()}`;
  const foreign = {
    ...{ subject: theirs, issuer: provider.issuer, claims: {} },
    ...{ isEmailVerified: false, isEmailTrusted: false },
  };
  await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
  const method = createUpstreamMethod({
    providers: upstream,
    users,
    sealer: createSealer([Buffer.alloc(32, 1)]),
    logger: { warn: () => {} },
  });

  /** What the browser brings back when this one has signed in there. */
  const as =
    (sub: string, more: Record<string, string> = {}) =>
    async (shown: Record<string, unknown> | undefined) => {
      there.signInAs({ sub, email: `${sub}@example.com`, email_verified: true });
      const brought = await goThere(String(shown?.redirect), upstream.redirectUriOf(provider));
      return { ...brought, provider: provider.slug, ...more };
    };

  const store = createMethodsStore(db);
  const config = createMethodsConfig(builtInIds).parse({
    limits: { account: [{ points: 1000, perSeconds: 60 }], begin: [{ points: 10_000, perSeconds: 60 }] },
  });
  return {
    method,
    methodsOf: (methods: readonly Method[]) =>
      createMethods({
        methods,
        limits: createLimits({
          store,
          rateLimit: createRateLimit({ db }),
          accountKey: async () => Buffer.alloc(32, 7),
          clock: systemClock,
          config,
        }),
        oneTime: createOneTimeMemory({ store, clock: systemClock, config }),
        leases: createLeases({ db }),
        users,
        audit,
        clock: systemClock,
        added: async () => {},
        removed: async () => {},
      }),
    person,
    choice: provider.slug,
    // Beside a code an error is none of the two (RFC 6749 §4.1.2), a text about it is for people, and `user` is Apple's.
    unjudged: ['error', 'error_description', 'user'],
    right: as(theirs),
    wrong: as(theirs, { code: 'a code that nobody gave' }),
    stranger: as(`stranger-${randomUUID()}`),
    unknown: as(`unknown-${randomUUID()}`),
    disable: async () => {
      await users.disable(person.id, SYSTEM);
    },
    request: () => requestFrom('192.0.2.1'),
    close: async () => {},
  };
});
