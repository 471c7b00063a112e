import { showTooMany } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import type { Identity, Stranger } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import { claimsThatFit } from '../users/users.ts';
import type { InteractionDeps } from './deps.ts';
import type { ExpectedPerson } from './expected-person.ts';
import type { Journey } from './journey.ts';
import { keepPending, type PendingIdentity } from './pending-identity.ts';
import type { Progress } from './progress.ts';
import { appOf } from './waiting-app.ts';

/**
 * What happens when it is certain who somebody is elsewhere (`provider`, `subject`), and no account here is connected with
 * that. It answers the request. `step`: what the proof counts as.
 */
export type WhenUnknown = (
  journey: Journey,
  found: { identity: Identity; step: ProvedStep },
) => Promise<void>;

export type UnknownIdentityDeps = Pick<
  InteractionDeps,
  | 'pages'
  | 'clock'
  | 'logger'
  | 'users'
  | 'methods'
  | 'mail'
  | 'mailedProofs'
  | 'limits'
  | 'newcomers'
  | 'registerProved'
> & { expected: ExpectedPerson; progress: Pick<Progress, 'advance'> };

export type UnknownIdentities = ReturnType<typeof createUnknownIdentities>;

/**
 * Where it begins: the provider's word for an address leads to the account that has it, which its person proves, or to one
 * that is made of it. Without that word a code of ours is mailed first, to whatever address, and nothing is looked up
 * before it was typed: so nobody learns who has an account. Nothing of it is decided by the address alone, except where
 * the operator says that a provider is believed (`Stranger.isEmailTrusted`).
 */
export function createUnknownIdentities(deps: UnknownIdentityDeps) {
  const { pages, clock, logger, users, methods, mail, mailedProofs, limits, newcomers } = deps;
  const { expected, progress } = deps;
  return { begin, sendCode, showNobody };

  async function begin(journey: Journey, { identity, step }: Parameters<WhenUnknown>[1]): Promise<void> {
    const { interaction } = journey;
    const { newcomer } = identity;
    if (step.kind === 'mailbox') return register(journey, identity);
    if (!newcomer) return showNobody(journey, identity);
    const pending = { uid: interaction.uid, identity: { ...identity, newcomer }, step };
    if (!newcomer.isEmailVerified) return sendCode(journey, pending);
    if (newcomer.isEmailTrusted && (await connectTrusted(journey, pending))) return;
    await keepPending(interaction, pending);
    journey.go('identity');
  }

  /** An address whose mail was answered becomes an account. */
  function register({ ctx, interaction }: Journey, { subject: email }: Identity): Promise<void> {
    const { app } = ctx.query;
    return deps.registerProved(ctx, {
      email,
      ...(typeof app === 'string' ? { from: { uid: interaction.uid, app } } : {}),
      remember: ctx.state.form?.remember !== undefined,
    });
  }

  /** An address that was never proved here may be somebody else's invention: its account is proved by other means. */
  async function connectTrusted(journey: Journey, { identity, step }: PendingIdentity): Promise<boolean> {
    const person = await users.findByEmail(identity.newcomer.email);
    if (!person?.emailVerified || person.disabledAt !== undefined) return false;
    if (!(await expected.is(journey, person.id))) {
      await expected.refuse(journey, person);
      return true;
    }
    const change = { userId: person.id, identity, attempt: journey.attempt() };
    if (!(await methods.connect(step.method, change))) return false;
    await progress.advance(journey, { person, steps: [step] });
    return true;
  }

  /** Mails a code. The same whether somebody here has the address or nobody. */
  async function sendCode(journey: Journey, pending: PendingIdentity): Promise<void> {
    const { ctx, interaction, to } = journey;
    const { identity } = pending;
    const { email } = identity.newcomer;
    if (!mail.isAvailable) {
      logger.warn(
        { provider: identity.provider },
        'Somebody came from a provider elsewhere and needs a mailed code, but mail is not set up: they were turned away',
      );
      return showNobody(journey, identity);
    }
    const request = requestInfo(ctx);
    const slowDown = await limits.admitBegin(
      { method: 'identity', request, identifier: email },
      newcomers.limits,
    );
    if (slowDown)
      return showTooMany(pages, ctx, slowDown, { href: to(''), label: { key: 'unknown_identity.other' } });
    const { browserHash = '', userAgent, network, locale } = request;
    const { ttlSeconds } = newcomers;
    const { id, code } = await mailedProofs.begin({
      kind: 'identity',
      browserHash,
      state: {},
      ttlSeconds,
    });
    await mail.send({
      to: email,
      template: 'identity-code',
      data: {
        code,
        provider: identity.provider,
        validSeconds: ttlSeconds,
        when: clock.now(),
        device: browserName(userAgent),
        network,
      },
      locale,
      keepSeconds: ttlSeconds,
    });
    await keepPending(interaction, { ...pending, mailId: id });
    journey.go('identity');
  }

  /** The answer in words. Nothing of what the provider says is shown or kept. */
  function showNobody({ ctx, interaction, client, to }: Journey, { provider }: Identity): void {
    pages.show(
      ctx,
      'interaction/unknown-identity',
      {
        app: appOf(client, interaction.params.redirect_uri),
        provider,
        otherUrl: to(''),
        cancelAction: to('cancel'),
      },
      { status: 403 },
    );
  }
}

/** What of a stranger goes into the account that is made, as far as the person wants it. */
export function profileOf(
  { givenName, familyName, locale, picture, name }: Stranger,
  chosen: { name: string; hasLanguage: boolean; hasPicture: boolean; locale: string },
) {
  // Whoever wrote another name has not said how it is made up.
  const isSame = chosen.name === name;
  return {
    name: chosen.name,
    locale: chosen.locale,
    // The person sees no field for these, and could mend none of them.
    ...claimsThatFit(
      defined({
        locale: chosen.hasLanguage ? locale : undefined,
        given_name: isSame ? givenName : undefined,
        family_name: isSame ? familyName : undefined,
        picture: chosen.hasPicture ? picture : undefined,
      }),
    ),
  };
}
