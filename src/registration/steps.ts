import type { EventDefinition } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { notFound } from '../http/errors.ts';
import { rateLimitHeaders, showTooMany } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import {
  type CameFrom,
  createNewAccountForm,
  mistakesOfRefusal,
  type NewAccountDetails,
  type ProvedAddress,
  passwordMistakes,
  type TicketStep,
  USERNAME_TAKEN,
  withQuery,
} from '../interaction/interaction.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import { createId } from '../lib/ids.ts';
import type { MailedProof } from '../mailed-codes/mailed-codes.ts';
import { createMailedSteps } from '../mailed-codes/steps.ts';
import type { Newcomer } from '../methods/methods.ts';
import { emailTaken } from '../users/errors.ts';
import { emailSchema, localeOf, tidyEmail, type User } from '../users/users.ts';
import type { EnrolScreen, FieldError, Screens } from '../views/views.ts';
import { isRegistrationOpen } from './config.ts';
import type { RegistrationDeps } from './deps.ts';
import { passkeyTaken, registrationOver } from './errors.ts';
import { registrationAsked, registrationCompleted, registrationMailProved } from './events.ts';
import { isOfDomain } from './newcomers.ts';
import { createRegistrationStore } from './store.ts';

type State = {
  /** As it was typed, or as the invitation says. */
  email: string;
  from?: CameFrom;
  invitation?: string;
  /** The mail was that of a sign-in: it is the way in, and there is neither a password nor a passkey. */
  isByMail?: true;
  /** The address is invited, and whoever proves it uses the invitation up. */
  isInvited?: true;
  /** "Keep me signed in", as it was ticked where the mail was asked for. */
  remember?: boolean;
  /** Who wants a passkey and no password: the account is made when it is saved, under this id. */
  forPasskey?: NewAccountDetails & { userId: string };
};
type Registration = MailedProof<State>;

/**
 * "Create an account": an address that is proved by a mail, then a name and a password, a passkey or neither. An address
 * that has an account gets the same page, and its owner another mail. Who has proved the address by the mail of a sign-in
 * gives a name, and that is all.
 */
export function createRegistrationSteps(deps: RegistrationDeps) {
  const { config, clock, pages, users, invitations, password, passkeys, methods, limits, audit, mail } = deps;
  const { mailedProofs: proofs, newcomers, wayBack, tickets } = deps;
  const { registration: settings } = config;
  const accountForm = createNewAccountForm(deps);
  const isOffered = isRegistrationOpen(settings, mail);
  const { offered } = config.methods;
  const mailbox = methods
    .list()
    .find(({ id, kind }) => kind === 'mailbox' && (offered?.includes(id) ?? true));
  const isPossible = settings.mode !== 'off' && mail.isAvailable;
  const mailed = createMailedSteps<State, CameFrom>({
    ...deps,
    kind: 'registration',
    isOffered,
    isPossible,
    ttlSeconds: settings.ttlSeconds,
    proofs,
    returnTo: wayBack.returnTo,
    againUrl: ({ invitation, from }) =>
      invitation === undefined
        ? wayBack.startOf('registration', from)
        : `${config.base}/registration?${new URLSearchParams({ invitation })}`,
    wasRead: (ctx) => record(ctx, registrationMailProved),
    // There is no account yet, so the audit has nobody to tell it of.
    wasWrong: async () => {},
  });

  return {
    /** Whether somebody without an invitation may come. */
    isOffered,

    showLink: mailed.showLink,
    useLink: mailed.useLink,
    answerCode: mailed.answerCode,
    showLinkUsed: mailed.showLinkUsed,

    async show(ctx: RouteContext): Promise<void> {
      const invited = await invitationOf(ctx);
      if (invited === 'used') return mailed.showLinkUsed(ctx);
      if (!mayCome(invited)) return mailed.showNotFound(ctx);
      const email = invited?.email ?? hintOf(ctx.query.login_hint);
      await showStart(ctx, { email, isEmailLocked: invited !== undefined });
    },

    /** Sends a mail. The same answer and the same work whether the address has an account or none. */
    async start(ctx: RouteContext): Promise<void> {
      const invited = await invitationOf(ctx);
      if (invited === 'used') return mailed.showLinkUsed(ctx);
      if (!mayCome(invited)) return mailed.showNotFound(ctx);
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
      seeOther(ctx, mailed.stepOf(id));
    },

    /** The mail of a sign-in was answered for an address that nobody has: on to the name. */
    async continueProved(ctx: RouteContext, { email, from, remember }: ProvedAddress): Promise<void> {
      const wayIn = await newcomers.wayInFor(email);
      if (!wayIn) return mailed.showNotFound(ctx);
      const state: State = {
        email,
        isByMail: true,
        ...(wayIn === 'invited' ? { isInvited: true } : {}),
        ...defined({ from, remember }),
      };
      const { browserHash = '' } = requestInfo(ctx);
      const id = await proofs.beginProved({ kind: 'registration', browserHash, state });
      await record(ctx, registrationMailProved);
      seeOther(ctx, mailed.stepOf(id));
    },

    /** The step at which it is. */
    showStep: mailed.step((ctx, registration) => {
      if (!registration.isProved) return mailed.showCode(ctx, registration);
      const { name = '', username = '' } = registration.state.forPasskey ?? {};
      showDetails(ctx, registration, { name, username });
    }),

    /** Makes the account with a password. */
    create: detailsStep(async (ctx, registration) => {
      const { form } = ctx.state;
      const details = accountForm.detailsOf(form);
      const { name, username } = details;
      const owner = { email: registration.state.email, username, profile: { name } };
      const errors = [...accountForm.mistakesOf(details), ...passwordMistakes(password, form, owner)];
      if (errors.length > 0) return showDetails(ctx, registration, details, errors);
      if (await accountForm.asksTooOften(ctx, registration.id, details)) return;

      // Hashed first: a queue that is full must not cost the registration.
      const prepared = await password.prepareChecked(form.password ?? '', owner);
      const made = await make(ctx, registration, details, async (inside, user) => {
        if (!(await proofs.finishInside(inside, registration))) throw registrationOver();
        await prepared.save(user.id, inside);
      });
      if ('mistakes' in made) return showDetails(ctx, registration, details, made.mistakes);
      if (!('user' in made)) return mailed.showOver(ctx);
      const at = clock.now();
      await finish(ctx, registration, made.user.id, [{ ...password.proof, at }]);
    }),

    /** Makes the account with a name alone. */
    createByMail: detailsStep(async (ctx, registration) => {
      if (!mailbox) return seeOther(ctx, mailed.stepOf(registration.id));
      const details = accountForm.detailsOf(ctx.state.form);
      const errors = accountForm.mistakesOf(details);
      if (errors.length > 0) return showDetails(ctx, registration, details, errors);
      if (await accountForm.asksTooOften(ctx, registration.id, details)) return;
      const made = await make(ctx, registration, details, async (inside, user) => {
        if (!(await proofs.finishInside(inside, registration))) throw registrationOver();
        await createRegistrationStore(inside).save(user.id);
      });
      if ('mistakes' in made) return showDetails(ctx, registration, details, made.mistakes);
      if (!('user' in made)) return mailed.showOver(ctx);
      await finish(ctx, registration, made.user.id, byMail());
    }),

    /** Notes whose account it will be. It is made with its passkey, on the next page: who leaves has made none. */
    createForPasskey: detailsStep(async (ctx, registration) => {
      if (!hasPasskeys()) return seeOther(ctx, mailed.stepOf(registration.id));
      const details = accountForm.detailsOf(ctx.state.form);
      const errors = accountForm.mistakesOf(details);
      if (errors.length === 0 && (await accountForm.asksTooOften(ctx, registration.id, details))) return;
      // Said now, before a passkey is made that would be of no account.
      if (details.username !== '' && (await users.isUsernameTaken(details.username)))
        errors.push(USERNAME_TAKEN);
      if (errors.length > 0) return showDetails(ctx, registration, details, errors);
      const state = { ...registration.state, forPasskey: { ...details, userId: createId('usr') } };
      if (!(await proofs.update('registration', registration, state))) return mailed.showOver(ctx);
      seeOther(ctx, mailed.stepOf(registration.id, 'passkey'));
    }),

    showPasskey: passkeyStep(async (ctx, registration, details) => showPasskey(ctx, registration, details)),

    savePasskey: passkeyStep(async (ctx, registration, details) => {
      const { form } = ctx.state;
      let made: Made | undefined;
      const outcome = await methods.enrol.finish(passkeyMethod(), {
        ...enrolmentOf(ctx, registration, details, async (save) => {
          made = await make(ctx, registration, details, async (inside) => {
            if (!(await proofs.finishInside(inside, registration))) throw registrationOver();
            if (!(await save(inside))) throw passkeyTaken();
          });
          return 'user' in made;
        }),
        answer: form,
        ...defined({ attemptId: form.handle }),
      });
      if (made && 'mistakes' in made) return showDetails(ctx, registration, details, made.mistakes);
      if (made && 'over' in made) return mailed.showOver(ctx);
      if ('refused' in outcome) return showPasskey(ctx, registration, details, outcome.refused);
      const at = clock.now();
      const { amr = ['hwk'], kind = 'possession' } = outcome.proof ?? {};
      await finish(ctx, registration, details.userId, [
        ...byMail(),
        { method: passkeyMethod(), amr, kind, at },
      ]);
    }),
  };

  /** The mail was answered: that counts where a mail is a way to sign in. */
  function byMail(): TicketStep[] {
    return mailbox ? [{ method: mailbox.id, amr: mailbox.amr, kind: mailbox.kind, at: clock.now() }] : [];
  }

  function detailsStep(handle: (ctx: RouteContext, registration: Registration) => Promise<void>) {
    return mailed.step(async (ctx, registration) => {
      if (!registration.isProved) return seeOther(ctx, mailed.stepOf(registration.id));
      await handle(ctx, registration);
    });
  }

  function passkeyStep(
    handle: (ctx: RouteContext, registration: Registration, details: ForPasskey) => Promise<void>,
  ) {
    return mailed.step(async (ctx, registration) => {
      const { isProved, state } = registration;
      if (!isProved || !state.forPasskey) return seeOther(ctx, mailed.stepOf(registration.id));
      await handle(ctx, registration, state.forPasskey);
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
    return settings.mode !== 'domain' || isOfDomain(settings, email) ? undefined : 'registration.domain';
  }

  type Asked = { email: string; owner: User | undefined; invitation: string | undefined };

  async function begin(ctx: RouteContext, { email, owner, invitation }: Asked): Promise<string> {
    const { browserHash = '', network, userAgent, locale } = requestInfo(ctx);
    const came = await wayBack.cameFrom(ctx);
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

  /** `taken`: somebody has the very passkey with which it was to be made. */
  type Made = { user: User } | { over: true } | { taken: true } | { mistakes: FieldError[] };

  /** The person, the proof and the invitation change together or not at all. */
  async function make(
    ctx: RouteContext,
    { state }: Registration,
    { userId: id, name, username }: NewAccountDetails & { userId?: string },
    alsoInside: (inside: Database, user: User) => Promise<void>,
  ): Promise<Made> {
    const { email, invitation, isInvited } = state;
    const request = requestInfo(ctx);
    try {
      const user = await users.create(
        {
          ...defined({ id }),
          email,
          emailVerified: true,
          ...(username === '' ? {} : { username }),
          profile: { name, locale: request.locale },
          async alsoInside(inside, made) {
            if (invitation !== undefined && !(await invitations.consume(invitation, inside))) {
              throw registrationOver();
            }
            if (isInvited && !(await invitations.consumeFor(email, inside))) throw registrationOver();
            await alsoInside(inside, made);
          },
        },
        { actor: 'themselves', request },
      );
      return { user };
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error;
      if (error.code === registrationOver.code || error.code === emailTaken.code) return { over: true };
      if (error.code === passkeyTaken.code) return { taken: true };
      const mistakes = mistakesOfRefusal(error);
      if (mistakes) return { mistakes };
      throw error;
    }
  }

  async function finish(
    ctx: RouteContext,
    { id, state }: Registration,
    userId: string,
    steps: TicketStep[],
  ): Promise<void> {
    await mailed.rememberEnd(ctx, id, state.from ? { from: state.from } : {});
    await record(ctx, registrationCompleted, userId);
    const { from, remember } = state;
    const ticket = { userId, method: 'registration', steps, isNew: true, ...defined({ remember }) };
    await tickets.issue(ctx, ticket, from?.uid);
    seeOther(ctx, wayBack.returnTo(state.from));
  }

  type Start = { email: string; isEmailLocked: boolean; errors?: FieldError[]; slowDownSeconds?: number };

  async function showStart(
    ctx: RouteContext,
    { email, isEmailLocked, errors = [], slowDownSeconds }: Start,
  ): Promise<void> {
    const came = await wayBack.cameFrom(ctx);
    const app = wayBack.appOf(came?.client);
    const { invitation } = ctx.query;
    // An invitation is for one address.
    const others = came && invitation === undefined ? await deps.rowsElsewhere(ctx, came) : [];
    const start = wayBack.startOf('registration', came?.from);
    pages.show(
      ctx,
      'interaction/registration',
      {
        action: typeof invitation === 'string' ? withQuery(start, { invitation }) : start,
        email,
        isEmailLocked,
        errors,
        loginUrl: wayBack.returnTo(came?.from),
        others,
        ...defined({ app, slowDownSeconds }),
      },
      { status: slowDownSeconds === undefined ? (errors.length > 0 ? 422 : 200) : 429 },
    );
  }

  function showDetails(
    ctx: RouteContext,
    { id, state }: Registration,
    values: NewAccountDetails,
    errors: readonly FieldError[] = [],
  ): void {
    pages.show(
      ctx,
      'interaction/registration-details',
      {
        action: mailed.stepOf(id, state.isByMail ? 'by-mail' : 'details'),
        email: state.email,
        ...(state.isByMail ? { isByMail: true } : {}),
        ...(mailbox && !state.isByMail ? { byMailAction: mailed.stepOf(id, 'by-mail') } : {}),
        values,
        signInBy: users.signInBy,
        minimumLength: password.minimumLength,
        errors,
        ...(hasPasskeys() && !state.isByMail ? { passkeyAction: mailed.stepOf(id, 'passkey-instead') } : {}),
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  async function showPasskey(
    ctx: RouteContext,
    registration: Registration,
    details: ForPasskey,
    refused?: string,
  ) {
    const begun = await methods.enrol.begin(passkeyMethod(), enrolmentOf(ctx, registration, details));
    if ('refused' in begun) return showTooMany(pages, ctx, begun);
    const data: EnrolScreen<Record<string, unknown>> = {
      frame: 'flow',
      step: { done: 3, total: 3 },
      action: mailed.stepOf(registration.id, 'passkey'),
      ...begun,
      errors: refused === undefined ? [] : [{ field: 'credential', sentence: { key: refused } }],
      person: { name: details.name, email: registration.state.email },
      others: [],
      cancelUrl: wayBack.returnTo(registration.state.from),
    };
    const screen = 'methods/passkey/enrol';
    pages.show(ctx, screen, data as unknown as Screens[typeof screen], {
      status: refused === undefined ? 200 : 422,
    });
  }

  function enrolmentOf(
    ctx: RouteContext,
    { id, state }: Registration,
    { userId, name }: ForPasskey,
    makeWith: Newcomer['makeWith'] = async () => false,
  ) {
    const person = { email: state.email, profile: { name } };
    return {
      userId,
      attempt: { request: requestInfo(ctx) },
      boundTo: id,
      newcomer: { person, makeWith },
    };
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

type ForPasskey = NonNullable<State['forPasskey']>;

/** What the app says of who comes, where it can be the address of an account. */
function hintOf(hint: unknown): string {
  return typeof hint === 'string' && emailSchema.safeParse(hint).success ? tidyEmail(hint) : '';
}
