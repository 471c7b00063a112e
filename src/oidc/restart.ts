import type { AdapterPayload } from 'oidc-provider';
import { defined } from '../lib/defined.ts';

/**
 * A request that was begun in one browser begins again in another one, with the same parameters: asked for by a
 * `request_uri` (RFC 9126 §2.2) that names the interaction. Nothing is stored for it, an app that must push its requests
 * needs no exception, and the parameters are in no address.
 */
export function restartUrl(base: string, { uid, clientId }: { uid: string; clientId: string }): string {
  const request = new URLSearchParams({ client_id: clientId, request_uri: `${PUSHED}${RESTART}${uid}` });
  return `${base}/auth?${request}`;
}

/** The interaction that the id of a pushed request names, if it is such a one. */
export function interactionToRestart(id: string): string | undefined {
  return id.startsWith(RESTART) ? id.slice(RESTART.length) : undefined;
}

/** What was pushed, had the app pushed the request of this interaction. */
export function pushedAgain(id: string, interaction: AdapterPayload, issuer: string) {
  const { params = {}, trusted = [], exp } = interaction;
  const claims = { ...params, iss: params.client_id, aud: issuer, exp };
  return {
    jti: id,
    kind: 'PushedAuthorizationRequest',
    // As the library writes one of its own (RFC 7519 §6): it has come from here.
    request: `${encoded({ alg: 'none' })}.${encoded(claims)}.`,
    trusted: trusted.length > 0,
    ...defined({ exp }),
  };
}

/** Whether anybody has proved anything on the way to it: then nothing begins again by itself. */
export function isProved({
  prompt,
  result,
  lastSubmission,
}: Pick<AdapterPayload, 'prompt' | 'result' | 'lastSubmission'>): boolean {
  const submitted = { ...lastSubmission, ...result };
  // A session is no proof here: which account of two is used is asked of whoever has one.
  const isBefore = prompt?.name === 'login' || prompt?.name === 'select_account';
  return !isBefore || submitted.login !== undefined || submitted.proved !== undefined;
}

const PUSHED = 'urn:ietf:params:oauth:request_uri:';
const RESTART = 'restart.';

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
