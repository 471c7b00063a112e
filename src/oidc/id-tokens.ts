import type { JWTPayload } from 'jose';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createRequestSlot } from '../lib/request-slot.ts';
import { isAccessToken } from './introspection.ts';

/**
 * What an ID token of the token endpoint says beyond the library's own choice: `at_hash` in the code flow, too (OIDC Core
 * §3.1.3.6), by which clients such as go-oidc check the access token beside it; and no `nonce` after a refresh (§12.2),
 * which belongs to the request of a sign-in that is long over: angular-auth-oidc-client signs people out otherwise.
 */
export function completeIdTokens(provider: Provider): void {
  const accessTokens = createRequestSlot<string>('issued access token');
  const { prototype: accessToken } = provider.AccessToken as unknown as {
    prototype: { save(): Promise<string> };
  };
  const { save } = accessToken;
  accessToken.save = async function saveAndTell(): Promise<string> {
    const value = await save.call(this);
    if (Provider.ctx) accessTokens.set(Provider.ctx, value);
    return value;
  };

  type IdToken = { ctx?: KoaContextWithOIDC; extra: Record<string, unknown> };
  const { prototype: idToken } = provider.IdToken as unknown as {
    prototype: { issue(this: IdToken, options: { use: string }): Promise<string> };
  };
  const { issue } = idToken;
  idToken.issue = function issueComplete(options): Promise<string> {
    if (options.use === 'idtoken' && this.ctx?.oidc.route === 'token') {
      this.extra.at_hash = accessTokens.get(this.ctx); // the library hashes it
      if (this.ctx.oidc.params?.grant_type === 'refresh_token') this.extra.nonce = undefined;
    }
    return issue.call(this, options);
  };
}

/**
 * An `id_token_hint` says that an app speaks for its person (OIDC Core §3.1.2.1, RP-Initiated Logout §2). The library looks
 * at issuer and audience alone, which a JWT access token may share with an app that is called like its API: whoever was
 * handed that one could sign the person out.
 */
export function refuseOtherHints(provider: Provider): void {
  const model = provider.IdToken as unknown as {
    validate(jwt: string, client: object): Promise<{ header: { typ?: string }; payload: JWTPayload }>;
  };
  const { validate } = model;
  model.validate = async function validateIdToken(jwt, client) {
    const hint = await validate.call(this, jwt, client);
    if (isAccessToken(hint.header.typ, hint.payload)) throw new Error('it is an access token');
    return hint;
  };
}
