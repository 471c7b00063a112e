import { rateLimitHeaders, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import type { Form } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import type { Stranger } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import { emailTaken } from '../users/errors.ts';
import type { User } from '../users/users.ts';
import type { FieldError, StepRefusal } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import { identityTaken } from './errors.ts';
import { accountMade } from './events.ts';
import type { ExpectedPerson } from './expected-person.ts';
import type { Journey } from './journey.ts';
import { personOf } from './method-screen.ts';
import { createNewAccountForm, mistakesOfRefusal, type NewAccountDetails } from './new-account.ts';
import {
  isAddressProved,
  keepPending,
  mayBeOf,
  type PendingIdentity,
  pendingIn,
} from './pending-identity.ts';
import type { Progress } from './progress.ts';
import { profileOf, type UnknownIdentities } from './unknown-identity.ts';
import { appOf } from './waiting-app.ts';

export type IdentityPagesDeps = Pick<
  InteractionDeps,
  'pages' | 'clock' | 'users' | 'methods' | 'mailedProofs' | 'limits' | 'newcomers' | 'audit' | 'strength'
> & {
  expected: ExpectedPerson;
  progress: Pick<Progress, 'advance'>;
  unknown: UnknownIdentities;
};

export type IdentityPages = ReturnType<typeof createIdentityPages>;

/** What waits for an answer, judged anew at each request: accounts come, go and change their addresses meanwhile. */
type Stage =
  /** The mailed code is awaited. */
  | { at: 'code' }
  /** An account has the address. `isProved`: by the person who is here, as strongly as it takes. */
  | { at: 'connect'; account: User; isProved: boolean }
  /** A code is mailed first: the provider's word for the address is not enough to make an account of it. */
  | { at: 'mail' }
  | { at: 'create' }
  | { at: 'nobody' };

/** The pages between a proved identity that nobody here has, and the account that it is connected with or made of. */
export function createIdentityPages(deps: IdentityPagesDeps) {
  const { pages, clock, users, methods, mailedProofs, limits, newcomers, audit } = deps;
  const { strength, expected, progress, unknown } = deps;
  const form = createNewAccountForm(deps);

  return {
    show: withPending(async (journey, pending) => {
      const stage = await stageOf(journey, pending);
      if (stage.at === 'code') return showCode(journey, pending);
      if (stage.at === 'connect') return showConnect(journey, pending, stage);
      if (stage.at === 'mail') return unknown.sendCode(journey, { ...pending, needsMail: true });
      if (stage.at === 'create') return showCreate(journey, pending);
      unknown.showNobody(journey, pending.identity);
    }),

    /** The code of the mail. After it, it may be said whether there is an account: whoever reads the mail may know. */
    answerCode: withPending(async (journey, pending) => {
      const { ctx, interaction } = journey;
      const { mailId } = pending;
      if (isAddressProved(pending) || mailId === undefined) return journey.go('identity');
      const request = requestInfo(ctx);
      const identifier = pending.identity.newcomer.email;
      const admission = await limits.admit({ method: 'identity', request, identifier });
      if ('refused' in admission) {
        ctx.set(rateLimitHeaders(admission));
        const { retryAfterSeconds } = admission;
        return showCode(journey, pending, { why: 'slow_down', retryAfterSeconds });
      }
      const { code = '' } = ctx.state.form;
      const answer = await mailedProofs.answer('identity', mailId, request.browserHash, code);
      if (answer !== 'proved') return showCode(journey, pending, { why: 'wrong' });
      await admission.proved();
      const { mailId: _, ...answered } = pending;
      await keepPending(interaction, { ...answered, isEmailProved: true });
      journey.go('identity');
    }),

    sendAgain: withPending(async (journey, pending) => {
      if (isAddressProved(pending)) return journey.go('identity');
      await unknown.sendCode(journey, pending);
    }),

    /** Connects it with the account whose person is here, and goes on. */
    connect: withPending(async (journey, pending) => {
      const { interaction } = journey;
      const stage = await stageOf(journey, pending);
      if (stage.at !== 'connect' || !stage.isProved) return journey.go('identity');
      const { account } = stage;
      await methods.connect(pending.step.method, {
        userId: account.id,
        identity: pending.identity,
        attempt: journey.attempt(),
      });
      // Somebody else may have it by now: then this sign-in goes on by what it has proved itself.
      await keepPending(interaction, undefined);
      journey.forget();
      await progress.advance(journey, { person: account });
    }),

    /** Makes the account of it. */
    create: withPending(async (journey, pending) => {
      const { ctx, interaction } = journey;
      const stage = await stageOf(journey, pending);
      if (stage.at !== 'create') return journey.go('identity');
      const details = detailsOf(ctx.state.form);
      const mistakes = form.mistakesOf(details);
      if (mistakes.length > 0) return showCreate(journey, pending, details, mistakes);
      if (await form.asksTooOften(ctx, interaction.uid, details)) return;
      const made = await make(journey, pending, details);
      // Somebody was faster, perhaps another press of this very form: what there is now says what comes next.
      if (!('user' in made) && (await stageOf(journey, pending)).at !== 'create')
        return journey.go('identity');
      if ('mistakes' in made) return showCreate(journey, pending, details, made.mistakes);
      if ('over' in made) {
        // Not by an account: the identity is another one's by now, or the provider is offered no more.
        await keepPending(interaction, undefined);
        return unknown.showNobody(journey, pending.identity);
      }
      await keepPending(interaction, undefined);
      await audit.record(accountMade, {
        outcome: 'success',
        actor: { type: 'person', id: made.user.id },
        userId: made.user.id,
        clientId: journey.client.id,
        detail: { method: pending.step.method },
        request: requestInfo(ctx),
      });
      await progress.advance(journey, { person: made.user, steps: [{ ...pending.step, at: clock.now() }] });
    }),

    /** Not with this: another way to sign in, or the sign-in that is proved already goes on without it. */
    drop: withPending(async (journey) => {
      await keepPending(journey.interaction, undefined);
      const { person, next } = await journey.standing();
      if (!person || next.kind !== 'done') return journey.go('');
      await progress.advance(journey, { person });
    }),

    /** Whether a sign-in, complete as it is, waits for the question. Then the browser has been sent to it. */
    async interpose(
      journey: Journey,
      { person, steps }: { person: User; steps: readonly ProvedStep[] },
    ): Promise<boolean> {
      const pending = pendingIn(journey.interaction, clock.now());
      if (!pending || !mayBeOf(pending, person) || !(await isEnough(pending, person, steps))) return false;
      await journey.interaction.persist();
      journey.go('identity');
      return true;
    },
  };

  function withPending(handle: (journey: Journey, pending: PendingIdentity) => Promise<void>) {
    return async (journey: Journey): Promise<void> => {
      const pending = pendingIn(journey.interaction, clock.now());
      if (!pending) return journey.go('');
      await handle(journey, pending);
    };
  }

  async function stageOf(journey: Journey, pending: PendingIdentity): Promise<Stage> {
    if (!isAddressProved(pending)) return { at: 'code' };
    const { person, next, steps } = await journey.standing();
    const { newcomer } = pending.identity;
    if (person && mayBeOf(pending, person)) {
      const isProved = next.kind === 'done' && (await isEnough(pending, person, steps));
      return { at: 'connect', account: person, isProved };
    }
    const account = await users.findByEmail(newcomer.email);
    if (account) return { at: 'connect', account, isProved: false };
    // Somebody else is here already, or the app insists on somebody who has an account.
    if (person || expected.isNamed(journey)) return { at: 'nobody' };
    if ((await wayInOf(newcomer)) === undefined) return { at: 'nobody' };
    return { at: isAddressTheKey(newcomer) && !pending.isEmailProved ? 'mail' : 'create' };
  }

  /**
   * Where an account is for whoever reads the mail of a domain, or of an invited address: who proved it elsewhere once,
   * and kept the account there, may have left the house since.
   */
  function isAddressTheKey({ isOfAnybody, isByDomain, registration }: Stranger): boolean {
    return isOfAnybody && (isByDomain || (registration === 'follow' && newcomers.mode !== 'open'));
  }

  /** The provider's own rule, or the setting's, by which who is invited may come as well. */
  async function wayInOf({ registration, email }: Stranger) {
    if (registration === 'follow') return newcomers.wayInFor(email);
    return registration === 'on' ? ('open' as const) : undefined;
  }

  /** A way in that is connected is one that is added: by the rule for every such change. */
  async function isEnough({ step }: PendingIdentity, { id }: User, steps: readonly ProvedStep[]) {
    return (await strength.judge(id, steps, { adds: step.method })).isEnough;
  }

  /** Where no code is taken any more, the page has no field for one, however it is come to. */
  async function showCode(
    journey: Journey,
    { identity, mailId, needsMail }: PendingIdentity,
    wrong?: StepRefusal,
  ): Promise<void> {
    const { ctx, to } = journey;
    const { browserHash } = requestInfo(ctx);
    const proof = mailId === undefined ? undefined : await mailedProofs.find('identity', mailId, browserHash);
    const isOver = proof?.isOpen !== true;
    const refused = isOver ? CODE_OVER : wrong;
    pages.show(
      ctx,
      'interaction/identity-code',
      {
        ...common(journey, identity),
        action: to('identity/code'),
        againAction: to('identity/mail'),
        address: identity.newcomer.email,
        validSeconds: newcomers.ttlSeconds,
        ...(isOver ? { isOver: true as const } : {}),
        ...(needsMail ? { isVouchedFor: true as const } : {}),
        ...defined({ refused }),
      },
      { status: refusalStatus(refused) },
    );
  }

  async function showConnect(
    journey: Journey,
    { identity }: PendingIdentity,
    { account, isProved }: Extract<Stage, { at: 'connect' }>,
  ): Promise<void> {
    const { ctx, to } = journey;
    pages.show(ctx, 'interaction/identity-connect', {
      ...common(journey, identity),
      address: identity.newcomer.email,
      ...(isProved
        ? { person: personOf(account), connectAction: to('identity/connect') }
        : { signInUrl: to('') }),
    });
  }

  function showCreate(
    journey: Journey,
    { identity }: PendingIdentity,
    details?: Details,
    errors: readonly FieldError[] = [],
  ): void {
    const { ctx, to } = journey;
    const { newcomer } = identity;
    const { name = '', locale, picture } = newcomer;
    pages.show(
      ctx,
      'interaction/identity-create',
      {
        ...common(journey, identity),
        action: to('identity/create'),
        email: newcomer.email,
        values: details ?? { name, username: '', hasLanguage: locale !== undefined, hasPicture: false },
        signInBy: users.signInBy,
        ...defined({ language: locale, pictureHost: picture && new URL(picture).host }),
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  function common({ interaction, client, to }: Journey, { provider }: PendingIdentity['identity']) {
    return {
      app: appOf(client, interaction.params.redirect_uri),
      provider,
      otherAction: to('identity/drop'),
      ...(client.isBuiltIn ? {} : { cancelAction: to('cancel') }),
    };
  }

  async function make(
    { ctx }: Journey,
    { identity, step }: PendingIdentity,
    { name, username, ...wanted }: Details,
  ): Promise<{ user: User } | { mistakes: FieldError[] } | { over: true }> {
    const request = requestInfo(ctx);
    const { email } = identity.newcomer;
    const isInvited = (await wayInOf(identity.newcomer)) === 'invited';
    try {
      const user = await users.create(
        {
          email,
          emailVerified: true,
          ...(username === '' ? {} : { username }),
          profile: profileOf(identity.newcomer, { name, ...wanted, locale: request.locale }),
          async alsoInside(inside, { id }) {
            // Withdrawn, or over, since the page was shown: the account is not made.
            if (isInvited && !(await newcomers.useInvitation(email, inside))) throw identityTaken();
            if (!(await methods.connectInside(step.method, id, identity, inside))) throw identityTaken();
          },
        },
        { actor: 'themselves', request },
      );
      await methods.connected(step.method, user.id, identity, request);
      return { user };
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error;
      if (error.code === identityTaken.code || error.code === emailTaken.code) return { over: true };
      const mistakes = mistakesOfRefusal(error);
      if (mistakes) return { mistakes };
      throw error;
    }
  }

  function detailsOf(typed: Form): Details {
    return {
      ...form.detailsOf(typed),
      hasLanguage: typed.language !== undefined,
      hasPicture: typed.picture !== undefined,
    };
  }
}

const CODE_OVER: StepRefusal = { why: 'expired', sentence: { key: 'code.over' } };

type Details = NewAccountDetails & { hasLanguage: boolean; hasPicture: boolean };
