import { isLoopbackHost } from '../lib/loopback.ts';
import type { Client } from './registration.ts';

/** What is right, and still may not be what somebody wants of a client: sentences for the operator who registers it. */
export function warningsOf({ metadata }: Pick<Client, 'metadata'>): string[] {
  const { scope, grant_types, redirect_uris, post_logout_redirect_uris, application_type } = metadata;
  const uris = [...redirect_uris, ...post_logout_redirect_uris].map((uri) => new URL(uri));
  const inTheClear = uris.filter(
    ({ protocol, hostname }) => protocol === 'http:' && !isLoopbackHost(hostname),
  );
  const words = uris.map(({ protocol }) => protocol).filter((protocol) => !/^https?:$|\./.test(protocol));
  const withoutPath = redirect_uris.filter((uri) => /^https?:\/\/[^/]+$/i.test(uri));
  const warnings: readonly { when: boolean; says: string }[] = [
    {
      when: scope?.split(' ').includes('offline_access') === true && !grant_types.includes('refresh_token'),
      says: 'It may ask for offline_access but gets no refresh token: that needs --grant refresh_token as well.',
    },
    {
      when: inTheClear.length > 0,
      says: `What is sent to ${list(inTheClear.map(({ host }) => `http://${host}`))} can be read and changed by everybody in that network: use https as soon as you can.`,
    },
    {
      when: words.length > 0,
      says: `Any other app on a device can take ${list(words)} for itself, so people press a button at each sign-in; a reversed domain name (com.example.app:) is safer.`,
    },
    {
      // RFC 6749 §4.1.3: the token request has the very text of the authorization request. A program on a person's machine
      // names its address itself, as kubelogin does.
      when: withoutPath.length > 0 && application_type !== 'native',
      says: `${list(withoutPath)} has no path. Some libraries, such as openid-client, add a slash to it in the token request, and are then refused: register ${list(withoutPath.map((uri) => new URL(uri).href))} or an address with a path, and send exactly that.`,
    },
  ];
  return warnings.filter(({ when }) => when).map(({ says }) => says);
}

/** For a scope that nothing declares: a typing mistake would be found in production. */
export function warningOfScope(name: string): string {
  return `There is no scope ${name} yet, so it will be ignored: the standard ones are openid, profile, email, address, phone, roles, groups and offline_access; others belong to an API (resource-servers create --scope).`;
}

/** For a role that was deleted since it was named. */
export function warningOfRole(name: string): string {
  return `The role ${name} does not exist any more, so nobody can use the app by it. Change --allowed-role.`;
}

/** For what people should do first, and nobody is asked for any more: terms that were deleted. */
export function warningOfStep(demand: string): string {
  return `Nobody is asked for ${demand}, because it does not exist any more. Change --require.`;
}

function list(words: readonly string[]): string {
  return [...new Set(words)].join(' and ');
}
