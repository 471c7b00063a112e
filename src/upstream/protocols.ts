import type { Database } from '../database/database.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import { type Check, createChecks } from './checks.ts';
import { createOauth2Protocol } from './oauth2.ts';
import { createOidcProtocol } from './oidc.ts';
import { PRESET_FACTS } from './presets.ts';
import { createUpstreamStore, type Provider, secretContext } from './store.ts';

export type ProtocolsDeps = {
  db: Database;
  clock: Clock;
  sealer: Pick<Sealer, 'open'>;
  outgoing: Pick<Outgoing, 'fetch'>;
  config: { issuer: string };
};

export type Protocols = ReturnType<typeof createProtocols>;

/** How providers are spoken with, and looked at; nothing here is changed by it. */
export function createProtocols({ db, clock, sealer, outgoing, config }: ProtocolsDeps) {
  const store = createUpstreamStore(db);
  const deps = { outgoing, clock, secretOf };
  const protocols = { oidc: createOidcProtocol(deps), oauth2: createOauth2Protocol(deps) };
  const of = ({ preset }: Provider) => protocols[PRESET_FACTS[preset].protocol];
  const check = createChecks({
    outgoing,
    clock,
    oidc: protocols.oidc,
    finish: (provider, ...answer) => of(provider).finish(provider, ...answer),
  });

  return {
    of,
    oidc: protocols.oidc,

    /** The enabled ones, in their order. */
    listEnabled: (): Promise<Provider[]> => store.listEnabled(),

    /** Looks at what a sign-in would meet: discovery, keys, clock, whether it knows us. */
    check: (provider: Provider): Promise<Check[]> => check(provider, redirectUriOf(provider)),

    /** What has to be registered there. */
    redirectUriOf,
  };

  function redirectUriOf({ slug }: Pick<Provider, 'slug'>): string {
    return `${config.issuer}/upstream/${slug}/callback`;
  }

  async function secretOf({ id }: Provider): Promise<string> {
    const sealed = await store.findSealedSecret(id);
    return sealed === undefined ? '' : sealer.open(sealed, secretContext(id)).toString();
  }
}
