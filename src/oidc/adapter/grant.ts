import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { Clock } from '../../lib/clock.ts';
import type { ReadAhead } from '../read-ahead.ts';
import { currentInFlight } from './current.ts';
import { isForeignKeyFault, refusingAdapter } from './every-model.ts';
import { expiryOf, withoutId } from './payload.ts';
import type { AdapterStore } from './storage.ts';

export type GrantDeps = {
  store: Pick<AdapterStore, 'findGrant' | 'insertGrant' | 'deleteGrants'>;
  clock: Clock;
  ahead: ReadAhead;
};

/** Grants: made once, never changed, and ended by the deletion of their row. */
export function createGrantAdapter({ store, clock, ahead }: GrantDeps): Adapter {
  return {
    ...refusingAdapter('Grant'),

    async find(id) {
      const kept = currentInFlight()?.grant;
      const text =
        kept?.id === id
          ? kept.payload
          : await ahead.take(Provider.ctx?.req, ['grant', id], () => store.findGrant(id));
      return text === undefined ? undefined : { ...(JSON.parse(text) as AdapterPayload), jti: id };
    },

    async upsert(id, payload, expiresIn) {
      const session = Provider.ctx?.oidc.session as { uid: string; device?: string } | undefined;
      currentInFlight()?.unfinished.grantIds.push(id);
      const openidScopes = ((payload.openid as { scope?: string } | undefined)?.scope ?? '').split(' ');
      const grant = {
        userId: payload.accountId ?? '',
        clientId: payload.clientId ?? '',
        sessionUid: session?.uid,
        knownBrowserHash: session?.device,
        isOffline: openidScopes.includes('offline_access'),
        payload: JSON.stringify(withoutId(payload)),
        now: clock.now(),
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      await store.insertGrant(id, grant).catch((cause: unknown) => {
        if (isForeignKeyFault(cause)) throw new errors.LoginRequired('the session was ended meanwhile');
        throw cause;
      });
    },

    async destroy(id) {
      const inFlight = currentInFlight();
      if (inFlight) inFlight.grant = undefined;
      await store.deleteGrants({ id });
    },
  };
}
