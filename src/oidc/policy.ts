import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { ACCOUNT_CLIENT_ID } from '../clients/clients.ts';
import type { PersonClaims } from './claim-sources.ts';
import type { AskedLevel, Demands } from './demands.ts';
import { settingsOf } from './grants.ts';
import type { Levels, ProvedStep } from './levels.ts';
import type { OpenStepOf } from './open-step.ts';
import { isUnpermitted, type Permitted, permitsNothing } from './permitted.ts';
import {
  createAnotherAccountCheck,
  createNamedByStrangerCheck,
  createRegistrationPrompt,
  createSelectAccount,
  hasStayed,
} from './select-account.ts';
import { type StoredProofs, stepsOf } from './stored-proofs.ts';

const { Check, Prompt, base } = interactionPolicy;

/**
 * What is asked of a person, in order: with which account (select_account), who they are and how sure we are
 * (login, with its second factor and step-up), whether they may use the app (may_use), what they must have done before it
 * gets anything (required_step), what it may do (consent).
 * oidc-provider's own checks stand, with these changes. Issue and resume run through it, so a step that is missing is asked
 * for whatever page was skipped.
 */
export function createPolicy({
  demands,
  personClaims,
  permitted,
  levels,
  openStepOf,
}: {
  demands: Pick<Demands, 'level' | 'lacks' | 'isProvedLately'>;
  personClaims: Pick<PersonClaims, 'scopes'>;
  permitted: Pick<Permitted, 'mayUse'>;
  levels: Pick<Levels, 'strongest'>;
  openStepOf: OpenStepOf;
}) {
  const policy = base();

  const login = policy.get('login');
  if (!login) throw new Error('oidc-provider has no login prompt');
  const selectAccount = createSelectAccount(requiredLevel);
  policy.add(selectAccount, 0);
  // First of all: a request that names nothing we have would end as if the person had said no.
  selectAccount.checks.add(
    new Check('nothing_asked', 'the app asks for nothing', 'invalid_scope', (ctx) => {
      askForSomething(ctx, personClaims.scopes, (scope) => isUnpermitted(ctx, scope));
      return false;
    }),
    0,
  );
  const registration = createRegistrationPrompt();
  policy.add(registration.known);
  login.checks.add(registration.check);
  login.checks.add(createAnotherAccountCheck());
  login.checks.add(createNamedByStrangerCheck(), 0);
  // A session may name a person who was deleted or disabled since: it proves nobody.
  login.checks.add(
    new Check(
      'account_gone',
      'the session belongs to nobody',
      'login_required',
      ({ oidc }: KoaContextWithOIDC) => Boolean(oidc.session?.accountId && !oidc.account),
    ),
  );
  // The library compares `acr` by spelling; ours are levels, and who has reached one has reached those below.
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(
    new Check('level_missing', 'the sign-in is not strong enough', 'login_required', async (ctx) => {
      const level = await requiredLevel(ctx);
      return level !== undefined && (await lacking(ctx, level)) === 'level';
    }),
  );
  login.checks.add(
    new Check('second_factor_missing', 'a second factor is asked for', 'login_required', async (ctx) =>
      ctx.oidc.session?.accountId ? (await lacking(ctx)) === 'second_factor' : false,
    ),
  );
  // Before a change in the account: what was proved longer ago counts no more (access/strength.ts).
  login.checks.add(
    new Check('proof_missing', 'a change asks for fresh proofs', 'login_required', async (ctx) => {
      const prove = askedProof(ctx.oidc);
      if (prove === undefined || !ctx.oidc.session?.accountId) return false;
      const strength = { level: await requiredLevel(ctx), twoFactors: prove === 'two' };
      return !demands.isProvedLately(stepsOf(ctx.oidc.session as StoredProofs), strength);
    }),
  );
  // Before a step that changes what the account opens with (`required-steps/`). Not asked of who is not there.
  login.checks.add(
    new Check(
      'step_proof_missing',
      'a required step asks for fresh proofs',
      'interaction_required',
      async (ctx) => Boolean((await openStep(ctx))?.missingProof),
    ),
  );
  // The pages must know the level at every sign-in, also when another reason brought the person there.
  const details = (login as unknown as { details: (ctx: KoaContextWithOIDC) => Promise<object> | object })
    .details;
  Object.assign(login, {
    details: async (ctx: KoaContextWithOIDC) => ({
      ...(await details(ctx)),
      ...(await demanded(ctx)),
    }),
  });

  // Nobody allows anything to an app that they may not use. With `prompt=none` the app hears `access_denied` at once.
  policy.add(
    new Prompt(
      { name: 'may_use' },
      new Check('app_refused', 'the person may not use this app', 'access_denied', async (ctx) => {
        const { client, account } = ctx.oidc;
        return client && account ? !(await permitted.mayUse(ctx.req, account.accountId, client)) : false;
      }),
      new Check('nothing_permitted', 'no role permits what the app asks for', 'access_denied', (ctx) =>
        permitsNothing(ctx),
      ),
    ),
    policy.findIndex(({ name }) => name === 'consent'),
  );

  // RFC 6749 §4.1.2.1 with OIDC Core §3.1.2.6: a silent renewal of a session in which something is open hears
  // `interaction_required`. Refresh tokens live on: nobody is there who could do it.
  policy.add(
    new Prompt(
      { name: 'required_step' },
      new Check(
        'step_open',
        'something is required of the person first',
        'interaction_required',
        async (ctx) => Boolean(await openStep(ctx)),
      ),
    ),
    policy.findIndex(({ name }) => name === 'consent'),
  );

  const consent = policy.get('consent');
  const askConsent = (consent as unknown as { details: (ctx: KoaContextWithOIDC) => object | undefined })
    .details;
  // The page reads an API's scopes itself where nothing is missing: it is told which of them are offered to this person.
  Object.assign(consent ?? {}, {
    details: async (ctx: KoaContextWithOIDC) => ({
      ...(await askConsent(ctx)),
      offered: Object.fromEntries(
        Object.entries(ctx.oidc.resourceServers ?? {}).map(([identifier, { scopes }]) => [
          identifier,
          [...scopes],
        ]),
      ),
    }),
  });
  // RFC 8252 §8.6: a native app on a loopback or custom-scheme redirect proves nothing about itself, so it never goes
  // through silently; first-party ones are the operator's own word. The library asks at every request; one press in
  // this sign-in, which may be the choice of the account, or one on its consent page, is enough.
  consent?.checks.remove('native_client_prompt');
  consent?.checks.add(
    new Check(
      'native_client_prompt',
      'native apps need a person to be present',
      'interaction_required',
      ({ oidc }: KoaContextWithOIDC) => {
        const { client, params, result } = oidc;
        if (!client || params?.response_type === 'none' || settingsOf(client).firstParty) return false;
        const { protocol } = URL.parse(String(params?.redirect_uri)) ?? {};
        if (protocol === 'https:' || (protocol === 'http:' && client.applicationType !== 'native'))
          return false;
        return !result?.consent && !result?.login && !hasStayed(oidc);
      },
    ),
  );

  return policy;

  /** What is to be proved at a login: as the request asks, and as much as a step that waits behind it needs. */
  async function demanded(ctx: KoaContextWithOIDC) {
    const [level, open] = [await requiredLevel(ctx), await openStep(ctx)];
    const { missingProof } = open ?? {};
    if (!missingProof) return { level, prove: askedProof(ctx.oidc) };
    const both = [level, missingProof.level].filter((each) => each !== undefined);
    return {
      level: levels.strongest(both),
      prove: missingProof.twoFactors ? 'two' : (askedProof(ctx.oidc) ?? 'one'),
    };
  }

  /** The first step that is open for who is signed in. */
  async function openStep({ req, oidc }: KoaContextWithOIDC) {
    const { session, client, account } = oidc;
    if (!session?.accountId || !client || !account) return undefined;
    const steps = stepsOf(session as StoredProofs);
    return openStepOf(req, { userId: session.accountId, clientId: client.clientId, steps });
  }

  async function requiredLevel({ oidc }: KoaContextWithOIDC): Promise<string | undefined> {
    const resources = Object.keys(oidc.resourceServers ?? {});
    const level = await demands.level(askedLevel(oidc), oidc.client?.clientId ?? '', resources);
    if (level !== 'unmet') return level;
    throw unmet();
  }

  async function lacking(ctx: KoaContextWithOIDC, level?: string) {
    const { session, client } = ctx.oidc;
    if (!session?.accountId) return level === undefined ? undefined : 'level';
    const stored = session as StoredProofs;
    return demands.lacks(ctx, {
      userId: session.accountId,
      clientId: client?.clientId ?? '',
      steps: stepsOf(stored),
      signedInAt: (session.loginTs ?? 0) * 1000,
      level,
      secondFactor: stored.secondFactor,
    });
  }
}

/** `one`: any proof of the last minutes; `two`: two factors. Ours alone: other apps have `max_age` and `acr_values`. */
function askedProof({ client, params }: KoaContextWithOIDC['oidc']): 'one' | 'two' | undefined {
  if (client?.clientId !== ACCOUNT_CLIENT_ID) return undefined;
  return params?.prove === 'one' || params?.prove === 'two' ? params.prove : undefined;
}

/** OpenID Connect Core Unmet Authentication Requirements 1.0 §2. */
function unmet() {
  return new errors.CustomOIDCProviderError(
    'unmet_authentication_requirements',
    'none of the requested levels of authentication is known here',
  );
}

export function askedLevel({
  params,
  claims,
}: {
  params?: Record<string, unknown> | undefined;
  claims?: unknown;
}): AskedLevel {
  const { id_token: idToken } = (claims ?? {}) as { id_token?: { acr?: unknown } };
  return {
    ...(typeof params?.acr_values === 'string' ? { acrValues: params.acr_values } : {}),
    acrClaim: idToken?.acr,
  };
}

/**
 * The `acr` to tell the app. Who reached more than was asked for is told the strongest value among those asked for,
 * because apps compare by spelling (OpenID Connect Core §5.5.1.1).
 */
export function reportedLevel(levels: Levels, steps: readonly ProvedStep[], asked: AskedLevel) {
  const reached = levels.levelOf(steps);
  if (reached === undefined) return undefined;
  const { value, values } = (asked.acrClaim ?? {}) as { value?: unknown; values?: unknown };
  const listed = [...(asked.acrValues ?? '').split(' '), value, ...(Array.isArray(values) ? values : [])];
  const fitting = listed.filter(
    (each): each is string =>
      typeof each === 'string' && levels.isKnown(each) && levels.isAtLeast(reached, each),
  );
  return levels.strongest(fitting) ?? reached;
}

/**
 * RFC 6749 §3.3: without `scope` the client's registered ones are meant, as far as they are OpenID Connect's or the asked
 * resources'. Throws `invalid_scope`, which the app is told before anybody sees a page, when nothing is left to ask for.
 */
function askForSomething(
  { oidc }: KoaContextWithOIDC,
  ofPerson: readonly string[],
  isUnpermitted: (scope: string) => boolean,
): void {
  const { params, client } = oidc;
  if (params?.response_type !== 'code' || oidc.requestParamClaims.size > 0) return;
  const offered = [...Object.values(oidc.resourceServers ?? {})].flatMap(({ scopes }) => [...scopes]);
  const isOffered = (scope: string) =>
    scope !== 'offline_access' &&
    // What is there and not for this person is no mistake of the app (`may_use`).
    (ofPerson.includes(scope) || offered.includes(scope) || isUnpermitted(scope));
  const asked = [...oidc.requestParamScopes];
  if (asked.some(isOffered)) return;
  if (params.scope !== undefined)
    throw new errors.InvalidScope('none of the requested scopes exists here', String(params.scope));
  const own = (settingsOf(client ?? {}).scope ?? '').split(' ').filter((scope) => scope !== '');
  if (!own.some(isOffered))
    throw new errors.InvalidScope('scope is missing, and the client has no default', '');
  params.scope = own.filter((scope) => isOffered(scope) || scope === 'offline_access').join(' ');
}
