import { defined } from '../lib/defined.ts';
import type { AccountDeps, OwnPage } from './deps.ts';
import { dataExported } from './events.ts';
import { recordOwn } from './own-audit.ts';
import type { AccountStore } from './store.ts';

type DataDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'oidc' | 'audit' | 'clients' | 'methods' | 'users' | 'listPersonalData'
> & {
  store: AccountStore;
  isDeletionOffered: boolean;
};

/** `/account/data`: a copy of everything that is held of a person, and the way to its end. */
export function createData(deps: DataDeps): { show: OwnPage; download: OwnPage } {
  const {
    config,
    clock,
    pages,
    oidc,
    audit,
    clients,
    methods,
    users,
    store,
    isDeletionOffered,
    listPersonalData,
  } = deps;

  return {
    async show(ctx) {
      const notice = ctx.query.notice === 'again' ? { key: 'account.again' } : undefined;
      pages.show(ctx, 'account/data', {
        exportAction: `${config.base}/account/data/export`,
        ...(isDeletionOffered ? { deleteUrl: `${config.base}/account/delete` } : {}),
        signOutAction: `${config.base}/account/sign-out`,
        ...defined({ notice }),
      });
    },

    /** One JSON document. It holds nothing that opens a door: no hash, no secret, no token. */
    async download(ctx, signedIn) {
      await recordOwn(audit, ctx, signedIn, dataExported);
      const now = new Date(clock.now()).toISOString();
      ctx.set('Content-Type', 'application/json; charset=utf-8');
      ctx.set('Content-Disposition', `attachment; filename="account-${now.slice(0, 10)}.json"`);
      ctx.body = JSON.stringify(
        { issuer: config.issuer, exportedAt: now, ...(await everythingOf(signedIn.person.id)) },
        null,
        2,
      );
    },
  };

  async function everythingOf(userId: string): Promise<Record<string, unknown>> {
    const [person, waysToSignIn, sessions, consents, rows, events] = await Promise.all([
      users.find(userId),
      methods.listEnrolled(userId),
      oidc.sessions.listByUser(userId),
      oidc.consents.listByUser(userId),
      store.listPersonalData(userId, listPersonalData()),
      listEvents(userId),
    ]);
    return withDates({
      person,
      waysToSignIn,
      sessions: sessions.map(({ startedAt, lastSeenAt, userAgent, network, clientIds }) => ({
        startedAt,
        lastSeenAt,
        userAgent,
        network,
        apps: clientIds,
      })),
      apps: await Promise.all(
        consents.map(async (consent) => ({ name: (await clients.find(consent.clientId))?.name, ...consent })),
      ),
      rows,
      events,
    }) as Record<string, unknown>;
  }

  async function listEvents(userId: string): Promise<object[]> {
    const events: object[] = [];
    let after: string | undefined;
    while (events.length < MOST_EVENTS) {
      const page = await audit.list({ userId, limit: PAGE, ...defined({ after }) });
      // The hash of a browser's cookie tells a person nothing.
      events.push(...page.map(({ knownBrowserHash: _, ...event }) => event));
      after = page.at(-1)?.id;
      if (page.length < PAGE || after === undefined) break;
    }
    return events;
  }
}

const PAGE = 500;
const MOST_EVENTS = 20_000;

/** Times are milliseconds inside and dates in the document: `createdAt`, `created_at`, `at`. */
function withDates(value: unknown, name = ''): unknown {
  if (typeof value === 'number' && /(?:At|_at|^at|_until)$/.test(name)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((item) => withDates(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withDates(inner, key)]));
}
