import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { type ClientClaim, writeClaim } from '../clients/clients.ts';
import type { PersonClaims } from './claim-sources.ts';
import type { OwnAccount } from './claims.ts';
import { settingsOf } from './grants.ts';

type Place = ClientClaim['in'][number];
type Told = Record<string, unknown>;

/**
 * What one app is told under names of its own (`clients update --claim`). The claim behind it is asked of the person like
 * one that the app names itself (`askedOfClient`), and told as far as they allowed it; a value that is the same for
 * everybody is nobody's data.
 */
export async function claimsOfClient(
  { oidc }: KoaContextWithOIDC,
  place: Place,
  { ofScopes }: Pick<PersonClaims, 'ofScopes'>,
): Promise<Told> {
  const { client, entities } = oidc;
  const wanted = (client ? (settingsOf(client).claims ?? []) : []).filter((claim) =>
    claim.in.includes(place),
  );
  if (wanted.length === 0) return {};
  const grant = entities.Grant as Grant | undefined;
  const account = entities.Account as OwnAccount | undefined;
  // An app that knows people by subjects of its own (OIDC Core §8.1) is not told the one behind them.
  const isPairwise = (client as { subjectType?: string } | undefined)?.subjectType === 'pairwise';
  const granted = wanted.filter(
    ({ from }) => from !== undefined && !(isPairwise && from === 'sub') && isGranted(from, grant, ofScopes),
  );
  const names = granted.flatMap(({ from }) => from ?? []);
  const values = account && names.length > 0 ? await account.read(names, place) : {};
  const told: Told = {};
  for (const { name, from, value, as } of wanted) {
    const found =
      from === undefined ? value : granted.some((each) => each.name === name) ? values[from] : undefined;
    const written = writeClaim(found, as);
    if (written !== undefined) told[name] = written;
  }
  return told;
}

/** The claims of a person that an app is told under names of its own. `sub` is everybody's business. */
export function askedOfClient({ claims = [] }: { claims?: readonly ClientClaim[] | undefined }): string[] {
  return claims.flatMap(({ from }) => (from === undefined || from === 'sub' ? [] : [from]));
}

/** ID tokens and signed answers of userinfo; what is plain JSON is completed where it is answered (`oidc.ts`). */
export function tellClaimsOfClients(provider: Provider, personClaims: Pick<PersonClaims, 'ofScopes'>): void {
  type IdToken = { ctx?: KoaContextWithOIDC; payload(): Promise<Told> };
  const { prototype } = provider.IdToken as unknown as { prototype: IdToken };
  const { payload } = prototype;
  prototype.payload = async function payloadForClient(this: IdToken): Promise<Told> {
    const told = await payload.call(this);
    const place = this.ctx && PLACES[this.ctx.oidc.route];
    if (!this.ctx || !place) return told;
    return { ...told, ...(await claimsOfClient(this.ctx, place, personClaims)) };
  };
}

const PLACES: Readonly<Record<string, Place>> = { token: 'id_token', userinfo: 'userinfo' };

function isGranted(from: string, grant: Grant | undefined, ofScopes: PersonClaims['ofScopes']): boolean {
  if (from === 'sub') return true;
  if (!grant) return false;
  const scopes = grant.getOIDCScope().split(' ');
  return grant.getOIDCClaims().includes(from) || scopes.some((scope) => ofScopes[scope]?.includes(from));
}
