import type { RouteContext } from '../http/routes.ts';
import type { ClientForPages, InteractionDeps } from './deps.ts';
import { appOf, type WaitingApp, withQuery } from './waiting-app.ts';

/** From which sign-in a person came: the interaction, and the signed name of its app. */
export type CameFrom = { uid: string; app: string };
export type WayBack = ReturnType<typeof createWayBack>;

/** The way back to the sign-in that a person has left, for a page that is no part of it. */
export function createWayBack({
  config,
  waitingApp,
}: Pick<InteractionDeps, 'config'> & { waitingApp: Pick<WaitingApp, 'find'> }) {
  return {
    /** A sign-in, and what its address says of its app. */
    of: (uid: string, app: unknown): CameFrom | undefined =>
      typeof app === 'string' ? { uid, app } : undefined,

    /** The sign-in that the address names as the one the person came from, when we signed that address. */
    async cameFrom(ctx: RouteContext): Promise<{ from: CameFrom; client: ClientForPages } | undefined> {
      const { for: uid, app } = ctx.query;
      if (typeof uid !== 'string' || typeof app !== 'string') return undefined;
      const client = await waitingApp.find(uid, app);
      return client && { from: { uid, app }, client };
    },

    appOf: (client: ClientForPages | undefined) =>
      client === undefined || client.isBuiltIn ? undefined : appOf(client, undefined),

    /** Where `/recovery` or `/registration` begins; it knows its way back. */
    startOf: (page: 'recovery' | 'registration', from?: CameFrom) => {
      const start = `${config.base}/${page}`;
      return from ? withQuery(start, { for: from.uid, app: from.app }) : start;
    },

    /** Where the person goes on: the sign-in that waits, or the own account. */
    returnTo: (from?: CameFrom): string =>
      from
        ? withQuery(`${config.base}/interaction/${encodeURIComponent(from.uid)}`, { app: from.app })
        : `${config.base}/account/sign-in`,
  };
}
