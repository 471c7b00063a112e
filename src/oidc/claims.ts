import type { Account, FindAccount } from 'oidc-provider';
import { emailKey, type Users } from '../users/users.ts';
import type { PersonClaims } from './claim-sources.ts';
import { settingsOf } from './grants.ts';
import type { ReadAhead } from './read-ahead.ts';

/** What our accounts can beside the library's. */
export type OwnAccount = Account & {
  hasEmail(address: string): boolean;
  /** What is known of the person, by the names of claims. `use`: for what. */
  read(names: readonly string[], use: string): Promise<Readonly<Record<string, unknown>>>;
};

/** A person as oidc-provider's account. A disabled or deleted one is nobody, at the very next request. */
export function createFindAccount(
  users: Pick<Users, 'find'>,
  ahead: ReadAhead,
  personClaims: Pick<PersonClaims, 'read'>,
): FindAccount {
  return async (ctx, userId): Promise<OwnAccount | undefined> => {
    const user = await ahead.take(ctx.req, ['user', userId], () => users.find(userId));
    if (!user || user.disabledAt !== undefined) return undefined;
    return {
      accountId: user.id,
      hasEmail: (address) => emailKey(address) === emailKey(user.email),
      read: (names, use) => personClaims.read(user, { requested: names, use, req: ctx.req }),
      claims: async (use, scope, requested) => {
        const claims = await personClaims.read(user, {
          scope,
          requested: Object.keys(requested ?? {}),
          use,
          req: ctx.req,
        });
        if (use === 'userinfo' || carriesClaims(ctx.oidc)) return claims;
        // OIDC Core §5.4: with an access token for userinfo, the ID token carries what `claims` asks for by name.
        return pick(claims, ['sub', ...Object.keys(requested ?? {})]);
      },
    };
  };
}

/** Whether the ID token carries the claims of the scopes: the client's switch. */
function carriesClaims({ client }: { client?: object | undefined }): boolean {
  return client !== undefined && settingsOf(client).idTokenClaims;
}

function pick(claims: { sub: string; [claim: string]: unknown }, names: readonly string[]) {
  const kept = Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)));
  return { ...kept, sub: claims.sub };
}
