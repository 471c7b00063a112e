import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Page, Visitor } from '../flows/visitor.ts';
import type { KeptPasskey } from '../methods/passkey/authenticator.ts';
import { repository } from '../support/processes.ts';

/*
 * A data folder as commit cfa0133 left it, with a person who was at work in it: `make-old-folder.ts` has made it, and
 * `old-folder.test.ts` opens it with the code of today.
 */

export const OLD_FOLDER = join(repository, 'test/faults/folder-of-cfa0133');

/** What the person, her browser and her app had when the server of before stopped. All of it is made up. */
export type OldWorld = {
  madeAt: number;
  /** The text of `secret.key`. */
  secretKey: string;
  client: { id: string; secret: string };
  person: { id: string; email: string; password: string; totpSecret: string };
  cookies: Visitor['cookies'];
  refreshToken: string;
  passkey: KeptPasskey;
};

export const CALLBACK = 'http://localhost:9999/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** Nothing of it ends by itself: the folder is opened years later, and not what has expired is the question. */
const HUNDRED_YEARS = 100 * 365 * 86_400;
export const SETTINGS = {
  oidc: {
    sessionIdleSeconds: HUNDRED_YEARS,
    sessionAbsoluteSeconds: HUNDRED_YEARS,
    refreshIdleSeconds: HUNDRED_YEARS,
    refreshAbsoluteSeconds: HUNDRED_YEARS,
  },
};

/** An app's request for a code. */
export function authorizationPath(clientId: string, more: Record<string, string> = {}): string {
  return `/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })}`;
}

/** The page after the password, in a browser that is not signed in. */
export async function givePassword(
  visitor: Visitor,
  { client, person }: Pick<OldWorld, 'client' | 'person'>,
): Promise<Page> {
  const login = await visitor.open(authorizationPath(client.id));
  const typed = { identifier: person.email, password: person.password };
  return visitor.submit(login, typed, { form: '/login' });
}

export const cameBack = (page: Page): boolean => page.url.startsWith(`${CALLBACK}?code=`);

/** A request of the app at the token endpoint. */
export async function askForTokens(
  issuer: string,
  { id, secret }: OldWorld['client'],
  body: Record<string, string>,
): Promise<Record<string, string>> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams(body),
  });
  return (await response.json()) as Record<string, string>;
}

/** Redeems the code that a browser came back with. */
export function redeemCode(issuer: string, client: OldWorld['client'], page: Page) {
  return askForTokens(issuer, client, {
    grant_type: 'authorization_code',
    code: new URL(page.url).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
}
