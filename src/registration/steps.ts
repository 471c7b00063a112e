import type { EventDefinition } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { isSameBrowser } from '../http/browser-secret.ts';
import { notFound } from '../http/errors.ts';
import { rateLimitHeaders, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { type CameFrom, passwordMistakes, type TicketStep, withQuery } from '../interaction/interaction.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import type { MailedProof, MailedProofs, UnderWay } from '../mailed-codes/mailed-codes.ts';
import { displayName, emailKey, emailSchema, localeOf, tidyEmail, type User } from '../users/users.ts';
import type { EnrolScreen, FieldError, Screens, StepRefusal } from '../views/views.ts';
import { isRegistrationOpen, type RegistrationConfig } from './config.ts';
import type { RegistrationDeps } from './deps.ts';
import { registrationOver } from './errors.ts';
import { registrationAsked, registrationCompleted, registrationMailProved } from './events.ts';

type State = {
  /** As it was typed, or as the invitation says. */
  email: string;
  from?: CameFrom;
  invitation?: string;
  /** The account is made, and its passkey is not saved yet. */
  userId?: string;
};
type Registration = MailedProof<State>;

export type RegistrationStepsDeps = Omit<RegistrationDeps, 'mailedProofs' | 'wayBack'> & {
  settings: RegistrationConfig;
  proofs: MailedProofs;
  entry: RegistrationDeps['wayBack'] & UnderWay<CameFrom>;
};

/**
 * "Create an account": an address that is proved by a mail, then a name and a password or a passkey. An address that has
 * an account gets the same page, and its owner another mail.
 */
export function createRegistrationSteps(deps: RegistrationStepsDeps) {
  const { config, clock, pages, users, invitations, password, passkeys, methods, limits, audit, mail } = deps;
  const { settings, proofs, entry, tickets } = deps;
  const isPossible = settings.mode !== 'off' && mail.isAvailable;
  const again = isPossible && settings.mode !== 'invitation' ? 'registration' : undefined;

  return {
    /** Whether somebody without an invitation may come. */
    isOffered: isRegistrationOpen(settings, mail),

    async show(ctx: RouteContext): Promise<void> {
      const invited = await invitationOf(ctx);
      if (invited === 'used') return entry.showLinkUsed(ctx);
      if (!mayCome(invited)) return entry.showNotFound(ctx);
      await showStart(ctx, { email: invited?.email ?? '', isEmailLocked: invited !== undefined });
    },

    /** Sends a mail. The same answer and the same work whether the address has an account or none. */
    async start(ctx: RouteContext): Promise<void> {
      const invited = await invitationOf(ctx);
      if (invited === 'used') return entry.showLinkUsed(ctx);
      if (!mayCome(invited)) return entry.showNotFound(ctx);
      const typed = invited?.email ?? ctx.state.form.email ?? '';
      const email = tidyEmail(typed);
      const isEmailLocked = invited !== undefined;
      const refusal = isEmailLocked ? undefined : refusalOf(email);
      if (refusal) {
        return showStart(ctx, {
          email,
          isEmailLocked,
          errors: [{ field: 'email', sentence: { key: refusal } }],
        });
      }
      const owner = await users.findByEmail(typed);
      const slowDown = await limits.admitBegin(
        { method: 'registration', request: requestInfo(ctx), identifier: email },
        settings.limits,
      );
      if (slowDown) {
        ctx.set(rateLimitHeaders(slowDown));
        return showStart(ctx, { email, isEmailLocked, slowDownSeconds: slowDown.retryAfterSeconds });
      }
      const id = await begin(ctx, { email, owner, invitation: invited?.token });
      seeOther(ctx, entry.stepOf('registration', id));
    },

    /** The link of the mail. Opening it spends nothing. */
    async showLink(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const link = await proofs.readLink('registration', token);
      if (!link) return entry.showLinkUsed(ctx, again);
      if (!isSameBrowser(ctx, link.browserHash)) {
        const validSeconds = Math.max(0, Math.round((link.expiresAt - clock.now()) / 1000));
        const { code } = link;
        return pages.show(ctx, 'interaction/mailed-link-elsewhere', {
          kind: 'registration',
          code,
          validSeconds,
        });
      }
      const action = `${config.base}/registration/link`;
      pages.show(ctx, 'interaction/mailed-link', { kind: 'registration', action, token });
    },

    async useLink(ctx: RouteContext): Promise<void> {
      const { browserHash } = requestInfo(ctx);
      const id = await proofs.answerByLink('registration', ctx.state.form.token ?? '', browserHash);
      if (id === undefined) return entry.showLinkUsed(ctx, again);
      await record(ctx, registrationMailProved);
      seeOther(ctx, entry.stepOf('registration', id));
    },

    /** The step at which it is. */
    showStep: step((ctx, registration) => {
      if (!registration.isProved) return showCode(ctx, registration);
      if (registration.state.userId !== undefined) {
        return seeOther(ctx, entry.stepOf('registration', registration.id, 'passkey'));
      }
      showDetails(ctx, registration, { name: '' });
    }),

    answerCode: step(async (ctx, registration) => {
      const { id, state } = registration;
      if (registration.isProved) return seeOther(ctx, entry.stepOf('registration', id));
      const request = requestInfo(ctx);
      const admission = await limits.admit({ method: 'registration', request, identifier: state.email });
      if ('refused' in admission) {
        ctx.set(rateLimitHeaders(admission));
        const { retryAfterSeconds } = admission;
        return showCode(ctx, registration, { why: 'slow_down', retryAfterSeconds });
      }
      const answer = await proofs.answer('registration', id, request.browserHash, ctx.state.form.code ?? '');
      if (answer === 'expired') return entry.showOver(ctx, 'registration');
      if (answer === 'wrong') return showCode(ctx, registration, { why: 'wrong' });
      await admission.proved();
      await record(ctx, registrationMailProved);
      seeOther(ctx, entry.stepOf('registration', id));
    }),

    /** Makes the account with a password. */
    create: detailsStep(async (ctx, registration) => {
      const { form } = ctx.state;
      const name = (form.name ?? '').trim();
      const owner = { email: registration.state.email, profile: { name } };
      const errors = [...mistakesOfName(name), ...passwordMistakes(password, form, owner)];
      if (errors.length > 0) return showDetails(ctx, registration, { name }, errors);

      // Hashed first: a queue that is full must not cost the registration.
      const prepared = await password.prepare(form.password ?? '', owner);
      if ('refused' in prepared)
        throw new Error(`a password passed and then was refused: ${prepared.refused}`);
      const made = await make(ctx, registration, name, async (inside, user) => {
        if (!(await proofs.finishInside(inside, registration))) throw registrationOver();
        await prepared.save(user.id, inside);
      });
      if ('mistakes' in made) return showDetails(ctx, registration, { name }, made.mistakes);
      if ('over' in made) return entry.showOver(ctx, 'registration');
      const at = clock.now();
      await finish(ctx, registration, made.user.id, [{ ...password.proof, at }]);
    }),

    /** Makes the account, which gets its passkey on the next page. */
    createForPasskey: detailsStep(async (ctx, registration) => {
      if (!hasPasskeys()) return seeOther(ctx, entry.stepOf('registration', registration.id));
      const name = (ctx.state.form.name ?? '').trim();
      const errors = mistakesOfName(name);
      if (errors.length > 0) return showDetails(ctx, registration, { name }, errors);
      const made = await make(ctx, registration, name, async (inside, user) => {
        const state = { ...registration.state, userId: user.id };
        if (!(await proofs.updateInside(inside, 'registration', registration, state)))
          throw registrationOver();
      });
      if ('mistakes' in made) return showDetails(ctx, registration, { name }, made.mistakes);
      if ('over' in made) return entry.showOver(ctx, 'registration');
      seeOther(ctx, entry.stepOf('registration', registration.id, 'passkey'));
    }),

    showPasskey: passkeyStep(async (ctx, registration, user) => showPasskey(ctx, registration, user)),

    savePasskey: passkeyStep(async (ctx, registration, user) => {
      const { form } = ctx.state;
      const outcome = await methods.enrol.finish(passkeyMethod(), {
        ...enrolmentOf(ctx, registration, user.id),
        answer: form,
        ...defined({ handle: form.handle }),
      });
      if ('refused' in outcome) return showPasskey(ctx, registration, user, outcome.refused);
      if (!(await proofs.finish(registration, async () => {}))) return entry.showOver(ctx, 'registration');
      const at = clock.now();
      const { amr = ['hwk'], kind = 'possession' } = outcome.proof ?? {};
      const mailed = methods.list().find((method) => method.kind === 'mailbox');
      await finish(ctx, registration, user.id, [
        // The mail was answered: that counts where a mail is a way to sign in.
        ...(mailed ? [{ method: mailed.id, amr: ['otp'], kind: mailed.kind, at }] : []),
        { method: passkeyMethod(), amr, kind, at },
      ]);
    }),
  };

  function step(handle: (ctx: RouteContext, registration: Registration) => Promise<void> | void) {
    return async (ctx: RouteContext): Promise<void> => {
      const { browserHash } = requestInfo(ctx);
      const registration = await proofs.find<State>('registration', ctx.params.id ?? '', browserHash);
      if (!registration || !isPossible) return entry.showOver(ctx, 'registration');
      await handle(ctx, registration);
    };
  }

  function detailsStep(handle: (ctx: RouteContext, registration: Registration) => Promise<void>) {
    return step(async (ctx, registration) => {
      const { isProved, state } = registration;
      if (!isProved || state.userId !== undefined) {
        return seeOther(ctx, entry.stepOf('registration', registration.id));
      }
      await handle(ctx, registration);
    });
  }

  function passkeyStep(handle: (ctx: RouteContext, registration: Registration, user: User) => Promise<void>) {
    return step(async (ctx, registration) => {
      const { isProved, state } = registration;
      const user = state.userId === undefined ? undefined : await users.find(state.userId);
      if (!isProved || !user) return seeOther(ctx, entry.stepOf('registration', registration.id));
      if (user.disabledAt !== undefined) return entry.showOver(ctx, 'registration');
      // A mail is all that was proved here: enough for the first credential, and for no other (access/strength.ts).
      if ((await methods.listEnrolled(user.id)).length > 0) return entry.showOver(ctx, 'registration');
      await handle(ctx, registration, user);
    });
  }

  /** The invitation that the address names. */
  async function invitationOf(
    ctx: RouteContext,
  ): Promise<{ token: string; email: string } | 'used' | undefined> {
    const { invitation: token } = ctx.query;
    if (typeof token !== 'string' || !isPossible) return undefined;
    const found = await invitations.find(token);
    return found ? { token, email: found.email } : 'used';
  }

  function mayCome(invited: object | undefined): boolean {
    return isPossible && (invited !== undefined || settings.mode !== 'invitation');
  }

  function refusalOf(email: string): string | undefined {
    if (!emailSchema.safeParse(email).success) return 'users.email_malformed';
    if (settings.mode !== 'domain') return undefined;
    const domain = emailKey(email).split('@').at(-1) ?? '';
    return settings.domains.includes(domain) ? undefined : 'registration.domain';
  }

  type Asked = { email: string; owner: User | undefined; invitation: string | undefined };

  async function begin(ctx: RouteContext, { email, owner, invitation }: Asked): Promise<string> {
    const { browserHash = '', network, userAgent, locale } = requestInfo(ctx);
    const came = await entry.cameFrom(ctx);
    const state: State = {
      email,
      ...defined({ from: came?.from, invitation }),
    };
    const { ttlSeconds } = settings;
    const { id, token, code } = await proofs.begin({
      kind: 'registration',
      browserHash,
      state,
      ttlSeconds,
      isDecoy: owner !== undefined,
    });
    const facts = { when: clock.now(), device: browserName(userAgent), network };
    if (owner) {
      await mail.send({
        to: owner.email,
        template: 'registration-known',
        data: { ...facts, url: `${config.issuer}/account/sign-in` },
        locale: localeOf(owner, locale),
        isDecoy: owner.disabledAt !== undefined,
      });
    } else {
      const url = `${config.issuer}/registration/link?${new URLSearchParams({ token })}`;
      await mail.send({
        to: email,
        template: 'registration',
        data: { ...facts, code, url, validSeconds: ttlSeconds },
        locale,
        keepSeconds: ttlSeconds,
      });
    }
    await record(ctx, registrationAsked, owner?.id, { isAnonymous: true });
    return id;
  }

  type Made = { user: User } | { over: true } | { mistakes: FieldError[] };

  /** The person, the proof and the invitation change together or not at all. */
  async function make(
    ctx: RouteContext,
    { state }: Registration,
    name: string,
    alsoInside: (inside: Database, user: User) => Promise<void>,
  ): Promise<Made> {
    const { email, invitation } = state;
    const request = requestInfo(ctx);
    try {
      const user = await users.create(
        {
          email,
          emailVerified: true,
          profile: { name, locale: request.locale },
          async alsoInside(inside, made) {
            if (invitation !== undefined && !(await invitations.consume(invitation, inside))) {
              throw registrationOver();
            }
            await alsoInside(inside, made);
          },
        },
        { actor: 'themselves', request },
      );
      return { user };
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error;
      if (error.code === registrationOver.code || error.code === 'users.email_taken') return { over: true };
      if (error.code === 'users.invalid') return { mistakes: NAME_MISSING };
      throw error;
    }
  }

  async function finish(
    ctx: RouteContext,
    { id, state }: Registration,
    userId: string,
    steps: TicketStep[],
  ): Promise<void> {
    await entry.rememberEnd(ctx, 'registration', id, state.from ? { from: state.from } : {});
    await record(ctx, registrationCompleted, userId);
    await tickets.issue(ctx, { userId, method: 'registration', steps }, state.from?.uid);
    seeOther(ctx, entry.returnTo(state.from));
  }

  type Start = { email: string; isEmailLocked: boolean; errors?: FieldError[]; slowDownSeconds?: number };

  async function showStart(
    ctx: RouteContext,
    { email, isEmailLocked, errors = [], slowDownSeconds }: Start,
  ): Promise<void> {
    const came = await entry.cameFrom(ctx);
    const app = entry.appOf(came?.client);
    const { invitation } = ctx.query;
    const start = entry.startOf('registration', came?.from);
    pages.show(
      ctx,
      'interaction/registration',
      {
        action: typeof invitation === 'string' ? withQuery(start, { invitation }) : start,
        email,
        isEmailLocked,
        errors,
        loginUrl: entry.returnTo(came?.from),
        ...defined({ app, slowDownSeconds }),
      },
      { status: slowDownSeconds === undefined ? (errors.length > 0 ? 422 : 200) : 429 },
    );
  }

  function showCode(ctx: RouteContext, { id, state }: Registration, refused?: StepRefusal): void {
    const { invitation } = state;
    const start = entry.startOf('registration', state.from);
    pages.show(
      ctx,
      'interaction/mailed-code',
      {
        kind: 'registration',
        action: entry.stepOf('registration', id, 'code'),
        address: state.email,
        againUrl:
          invitation === undefined
            ? start
            : `${config.base}/registration?${new URLSearchParams({ invitation })}`,
        validSeconds: settings.ttlSeconds,
        ...defined({ refused }),
      },
      { status: refusalStatus(refused) },
    );
  }

  function showDetails(
    ctx: RouteContext,
    { id, state }: Registration,
    values: { name: string },
    errors: readonly FieldError[] = [],
  ): void {
    pages.show(
      ctx,
      'interaction/registration-details',
      {
        action: entry.stepOf('registration', id, 'details'),
        email: state.email,
        values,
        minimumLength: password.minimumLength,
        errors,
        ...(hasPasskeys() ? { passkeyAction: entry.stepOf('registration', id, 'passkey-instead') } : {}),
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  async function showPasskey(ctx: RouteContext, registration: Registration, user: User, refused?: string) {
    const begun = await methods.enrol.begin(passkeyMethod(), enrolmentOf(ctx, registration, user.id));
    if ('refused' in begun) {
      ctx.set(rateLimitHeaders(begun));
      const { id: referenceId } = requestInfo(ctx);
      const { retryAfterSeconds } = begun;
      return pages.show(ctx, 'error', { why: 'too_many', referenceId, retryAfterSeconds }, { status: 429 });
    }
    const data: EnrolScreen<Record<string, unknown>> = {
      frame: 'flow',
      step: { done: 3, total: 3 },
      action: entry.stepOf('registration', registration.id, 'passkey'),
      ...begun,
      errors: refused === undefined ? [] : [{ field: 'credential', sentence: { key: refused } }],
      person: { name: displayName(user), email: user.email },
      others: [],
      cancelUrl: entry.returnTo(registration.state.from),
    };
    const screen = 'methods/passkey/enrol';
    pages.show(ctx, screen, data as unknown as Screens[typeof screen], {
      status: refused === undefined ? 200 : 422,
    });
  }

  function enrolmentOf(ctx: RouteContext, { id }: Registration, userId: string) {
    return { userId, attempt: { request: requestInfo(ctx) }, boundTo: id };
  }

  function hasPasskeys(): boolean {
    return passkeys !== undefined && methods.find(passkeys.id)?.enrolment?.isOfferedInFlow === true;
  }

  /** Where there are none there is no such page. */
  function passkeyMethod(): string {
    if (!passkeys) throw notFound();
    return passkeys.id;
  }

  async function record(
    ctx: RouteContext,
    event: EventDefinition<Record<never, never>>,
    userId?: string,
    { isAnonymous = false } = {},
  ): Promise<void> {
    await audit.record(event, {
      outcome: 'success',
      ...defined({ userId }),
      request: requestInfo(ctx),
      isAnonymous,
    });
  }
}

const NAME_MISSING: FieldError[] = [{ field: 'name', sentence: { key: 'users.name_missing' } }];

function mistakesOfName(name: string): FieldError[] {
  return name === '' ? NAME_MISSING : [];
}
