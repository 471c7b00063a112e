import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { settingsOf } from './grants.ts';

const { Check, base } = interactionPolicy;

/**
 * What is asked of a person, in order: who they are (login), how sure we are (second factor, step-up), what the app may
 * do (consent). oidc-provider's own checks stand, with these changes. Issue and resume run through it, so a step that
 * is missing is asked for whatever page was skipped.
 */
export function createPolicy() {
  const policy = base();

  const login = policy.get('login');
  // A session may name a person who was deleted or disabled since: it proves nobody.
  login?.checks.add(
    new Check('account_gone', 'the session belongs to nobody', ({ oidc }: KoaContextWithOIDC) =>
      Boolean(oidc.session?.accountId && !oidc.account),
    ),
  );

  const consent = policy.get('consent');
  // RFC 8252 §8.6: a native app on a loopback or custom-scheme redirect proves nothing about itself, so it never goes
  // through silently; first-party ones are the operator's own word. The library asks at every request; one press in
  // this sign-in, or one on its consent page, is enough.
  consent?.checks.remove('native_client_prompt');
  consent?.checks.add(
    new Check(
      'native_client_prompt',
      'native apps need a person to be present',
      'interaction_required',
      ({ oidc }: KoaContextWithOIDC) => {
        const { client, params, result } = oidc;
        if (client?.applicationType !== 'native' || params?.response_type === 'none') return false;
        if (settingsOf(client).firstParty || String(params?.redirect_uri).startsWith('https:')) return false;
        return !result?.consent && !result?.login;
      },
    ),
  );

  return policy;
}

/** Authentication methods (RFC 8176) to the level that they reach: `acr`. One factor is 1, two are 2. */
export function levelOf(amr: readonly string[]): string {
  return amr.includes('mfa') || amr.length > 1 ? '2' : '1';
}

export const levels = ['1', '2'] as const;
