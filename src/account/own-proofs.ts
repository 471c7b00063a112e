import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import type { RouteContext } from '../http/routes.ts';
import { hmac, isSame } from '../lib/secret.ts';
import { FRESH_SECONDS, freshOf, type ProvedStep } from '../oidc/levels.ts';
import type { AccountDeps, SignedIn } from './deps.ts';

type OwnProofsDeps = Pick<AccountDeps, 'config' | 'clock' | 'methods' | 'keys'>;
type Whose = { sessionUid: string; person: { id: string } };

export type OwnProofs = ReturnType<typeof createOwnProofs>;

/**
 * What a person proved by adding it in the account: one code of the new app, one signature of the new passkey. It counts
 * for the changes of the next five minutes like a step of a sign-in, so that nobody is asked for it again on the next page.
 * A signed sentence in this browser, good for this session alone; the session itself is the provider's.
 */
export function createOwnProofs({ config, clock, methods, keys }: OwnProofsDeps) {
  const name = cookieNames(config).proofs;

  return {
    async remember(ctx: RouteContext, signedIn: SignedIn, step: Omit<ProvedStep, 'at'>): Promise<void> {
      const now = clock.now();
      const [marked] = await methods.withCredentials(signedIn.person.id, [{ ...step, at: now }]);
      const before = freshOf(await this.of(ctx, signedIn), now).filter(
        ({ method }) => method !== step.method,
      );
      const text = Buffer.from(JSON.stringify([...before, marked])).toString('base64url');
      const { id, key } = await keys.serverKeys.current('codes');
      setHostCookie(ctx.res, config, name, `${text}.${id}.${macOf(key, signedIn, text)}`, FRESH_SECONDS);
    },

    async of(ctx: RouteContext, whose: Whose): Promise<readonly ProvedStep[]> {
      const [text = '', keyId = '', mac = ''] = (readCookie(ctx.req, name) ?? '').split('.');
      if (mac === '' || text.length > MAXIMUM_LENGTH) return [];
      const key = await keys.serverKeys.find('codes', keyId);
      if (!key || !isSame(mac, macOf(key, whose, text))) return [];
      return JSON.parse(Buffer.from(text, 'base64url').toString()) as ProvedStep[];
    },
  };
}

function macOf(key: Buffer, { sessionUid, person }: Whose, text: string): string {
  return hmac(key, 'account.own_proofs', sessionUid, person.id, text);
}

const MAXIMUM_LENGTH = 2_000;
