import type { AuditEntry, EventData, EventDefinition } from '../audit/audit.ts';
import { answerRefusal, rateLimitHeaders, refusalStatus, showTooMany } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { type CameFrom, passwordMistakes, removalUrl, type TicketStep } from '../interaction/interaction.ts';
import { byPerson } from '../lib/actor.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import type { MailedProof } from '../mailed-codes/mailed-codes.ts';
import { createMailedSteps } from '../mailed-codes/steps.ts';
import type { MethodFacts } from '../methods/methods.ts';
import { passwordChanged } from '../users/events.ts';
import { emailKey, localeOf, mayBeEmail, tellPassword, tidyEmail, type User } from '../users/users.ts';
import type { App, FieldError, MethodScreen, Screens, StepRefusal } from '../views/views.ts';
import type { RecoveryDeps } from './deps.ts';
import { recoveryAsked, recoveryCompleted, recoveryMailProved, recoveryRefused } from './events.ts';

type State = {
  /** As it was typed, whoever has it. */
  email: string;
  startedAt: number;
  from?: CameFrom;
  /** Proved after the mail: one of the person's own second factors. */
  secondFactor?: TicketStep;
};
type Recovery = MailedProof<State>;

/**
 * "Forgot your password?": a mail with a link and a code, then the second factor of whoever has one, then a new password. Nothing
 * tells whether an address has an account.
 */
export function createRecoverySteps(deps: RecoveryDeps) {
  const { config, clock, pages, users, password, methods, limits, strength, access, audit, mail } = deps;
  const { mailedProofs: proofs, wayBack, tickets } = deps;
  const { recovery: settings } = config;
  const isOffered = settings.enabled && mail.isAvailable;
  const mailed = createMailedSteps<State, CameFrom>({
    ...deps,
    kind: 'recovery',
    isOffered,
    // An operator can start one in any case.
    isPossible: true,
    ttlSeconds: settings.ttlSeconds,
    proofs,
    returnTo: wayBack.returnTo,
    againUrl: ({ from }) => wayBack.startOf('recovery', from),
    wasRead: recordProof,
    wasWrong: (ctx, { userId }) =>
      record(ctx, recoveryRefused, { outcome: 'refused', userId, isAnonymous: true }),
  });

  return {
    isOffered,
    showLink: mailed.showLink,
    useLink: mailed.useLink,
    answerCode: mailed.answerCode,
    showLinkUsed: mailed.showLinkUsed,

    async show(ctx: RouteContext): Promise<void> {
      if (!isOffered) return mailed.showNotFound(ctx);
      await showStart(ctx, { email: '' });
    },

    /** Sends the mail. The same answer and the same work for every address. */
    async start(ctx: RouteContext): Promise<void> {
      if (!isOffered) return mailed.showNotFound(ctx);
      const typed = ctx.state.form.email ?? '';
      const email = tidyEmail(typed);
      if (!mayBeEmail(typed)) {
        return showStart(ctx, {
          email,
          errors: [{ field: 'email', sentence: { key: 'users.email_malformed' } }],
        });
      }
      const person = await users.findByEmail(typed);
      const slowDown = await limits.admitBegin(
        {
          method: 'recovery',
          request: requestInfo(ctx),
          identifier: email,
          ...defined({ userId: person?.id }),
        },
        settings.limits,
      );
      if (slowDown) {
        ctx.set(rateLimitHeaders(slowDown));
        return showStart(ctx, { email, slowDownSeconds: slowDown.retryAfterSeconds });
      }
      const id = await begin(ctx, email, person);
      seeOther(ctx, mailed.stepOf(id));
    },

    /** The link of a recovery that an operator started. Opening it spends nothing. */
    async showStarted(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const person = await personOfLink(token);
      if (!person) return mailed.showMailUsed(ctx);
      const action = `${config.base}/recovery/started`;
      pages.show(ctx, 'interaction/recovery-started', { action, token, email: person.email });
    },

    /** From here on it belongs to this browser. */
    async useStarted(ctx: RouteContext): Promise<void> {
      const { token = '' } = ctx.state.form;
      const { browserHash } = requestInfo(ctx);
      const person = await personOfLink(token);
      if (!person || browserHash === undefined) return mailed.showMailUsed(ctx);
      if (!(await users.links.consume('recovery', token))) return mailed.showMailUsed(ctx);
      const state: State = { email: person.email, startedAt: clock.now() };
      const id = await proofs.beginProved({ kind: 'recovery', browserHash, state, userId: person.id });
      await recordProof(ctx, id);
      seeOther(ctx, mailed.stepOf(id));
    },

    /** The step at which it is. */
    showStep: mailed.step(async (ctx, recovery) => {
      if (!recovery.isProved) return mailed.showCode(ctx, recovery);
      const person = await personOf(recovery);
      if (!person) return mailed.showOver(ctx);
      const [method] = await missingMethods(recovery, person);
      if (method) return seeOther(ctx, mailed.stepOf(recovery.id, `ways/${method.id}`));
      showPassword(ctx, recovery, person);
    }),

    /** One of the person's second factors, on its own page. */
    showSecondFactor: provedStep(async (ctx, recovery, person) => {
      const missing = await missingMethods(recovery, person);
      const method = missing.find(({ id }) => id === ctx.params.method);
      if (!method) return seeOther(ctx, mailed.stepOf(recovery.id));
      const attempt = { request: requestInfo(ctx) };
      // What would not be judged just now is not asked for without a word.
      const wait = method.hasBegin
        ? undefined
        : await methods.findWait(method.id, { userId: person.id, attempt });
      const refused = wait && answerRefusal(ctx, wait);
      await showMethod(ctx, { recovery, person, method, missing, ...defined({ refused }) });
    }),

    answerSecondFactor: provedStep(async (ctx, recovery, person) => {
      const missing = await missingMethods(recovery, person);
      const method = missing.find(({ id }) => id === ctx.params.method);
      if (!method) return seeOther(ctx, mailed.stepOf(recovery.id));
      const { form } = ctx.state;
      const outcome = await methods.finish(method.id, {
        userId: person.id,
        answer: form,
        ...scopeOf(recovery),
        ...defined({ attemptId: form.handle }),
        attempt: { request: requestInfo(ctx) },
      });
      if ('refused' in outcome) {
        return showMethod(ctx, { recovery, person, method, missing, refused: answerRefusal(ctx, outcome) });
      }
      const secondFactor = { method: method.id, amr: outcome.amr, kind: outcome.kind, at: clock.now() };
      await proofs.update('recovery', recovery, { ...recovery.state, secondFactor });
      seeOther(ctx, mailed.stepOf(recovery.id));
    }),

    /** The end: the new password, and what the older one had opened. */
    setPassword: provedStep(async (ctx, recovery, person) => {
      if ((await missingMethods(recovery, person)).length > 0) {
        return seeOther(ctx, mailed.stepOf(recovery.id));
      }
      const { form } = ctx.state;
      const errors = passwordMistakes(password, form, person);
      if (errors.length > 0) return showPassword(ctx, recovery, person, errors);

      // Hashed first: a queue that is full must not cost the recovery.
      const prepared = await password.prepareChecked(form.password ?? '', person);
      const had = (await password.changedAt(person.id)) !== undefined;
      const change = () => proofs.finish(recovery, (inside) => prepared.save(person.id, inside));
      // Whoever knew the old password may be signed in anywhere: nothing of before goes on.
      const { browserHash } = requestInfo(ctx);
      const isDue = async () => (await proofs.find('recovery', recovery.id, browserHash)) !== undefined;
      const { isDone } = await access.end(person.id, 'recovered', { ctx, change, isDue });
      if (!isDone) return mailed.showOver(ctx);
      if (!person.emailVerified)
        await users.update(person.id, { emailVerified: true }, byPerson(person.id, requestInfo(ctx)));
      await record(ctx, recoveryCompleted, { userId: person.id });
      await record(ctx, passwordChanged, {
        userId: person.id,
        detail: { how: 'recovery', ...tellPassword({ had }) },
      });

      const { from, secondFactor } = recovery.state;
      const isNewThere = (await addedOf(person.id)).length > 0;
      await mailed.rememberEnd(ctx, recovery.id, {
        ...defined({ from }),
        ...(isNewThere ? { userId: person.id } : {}),
      });
      const steps: TicketStep[] = [{ ...password.proof, at: clock.now() }];
      if (secondFactor) steps.push(secondFactor);
      const ticket = { userId: person.id, method: 'recovery', steps } as const;
      // "Remove" leads to the own account: what was proved on the way counts there instead.
      await tickets.issue(ctx, ticket, from?.uid, { orAccount: isNewThere });
      seeOther(ctx, isNewThere ? mailed.stepOf(recovery.id, 'added') : wayBack.returnTo(from));
    }),

    /** After the end: what was added lately, each with "remove", and the way on. */
    async showAdded(ctx: RouteContext): Promise<void> {
      const ended = await mailed.findEnd(ctx);
      const added = ended?.userId === undefined ? [] : await addedOf(ended.userId);
      if (!ended || added.length === 0) return mailed.showOver(ctx);
      pages.show(ctx, 'interaction/recovery-added', { added, goOnUrl: wayBack.returnTo(ended.from) });
    },
  };

  /** But the password, which was set just now. */
  async function addedOf(userId: string) {
    const added = await access.listAddedLately(userId);
    return added
      .filter(({ method }) => method !== password.id)
      .map(({ id, ...credential }) => ({
        ...credential,
        removeUrl: removalUrl(config.base, { ...credential, id }),
      }));
  }

  function provedStep(handle: (ctx: RouteContext, recovery: Recovery, person: User) => Promise<void> | void) {
    return mailed.step(async (ctx, recovery) => {
      if (!recovery.isProved) return seeOther(ctx, mailed.stepOf(recovery.id));
      const person = await personOf(recovery);
      if (!person) return mailed.showOver(ctx);
      await handle(ctx, recovery, person);
    });
  }

  async function begin(ctx: RouteContext, email: string, person: User | undefined): Promise<string> {
    const { browserHash = '', network, userAgent, locale } = requestInfo(ctx);
    const isDecoy = person === undefined || person.disabledAt !== undefined;
    const came = await wayBack.cameFrom(ctx);
    const state: State = { email, startedAt: clock.now(), ...defined({ from: came?.from }) };
    const { ttlSeconds } = settings;
    const { id, token, code } = await proofs.begin({
      kind: 'recovery',
      browserHash,
      state,
      ttlSeconds,
      isDecoy,
      ...defined({ userId: person?.id }),
    });
    await mail.send({
      to: isDecoy ? NOBODY : person.email,
      template: 'recovery',
      data: {
        code,
        url: `${config.issuer}/recovery/link?${new URLSearchParams({ token })}`,
        validSeconds: ttlSeconds,
        when: clock.now(),
        device: browserName(userAgent),
        network,
      },
      locale: localeOf(person, locale),
      keepSeconds: ttlSeconds,
      isDecoy,
    });
    await record(ctx, recoveryAsked, { userId: person?.id, isAnonymous: true });
    return id;
  }

  /** Who is disabled, has another address now, or has set a password meanwhile, has to begin anew. */
  async function personOf({ userId, state }: Recovery): Promise<User | undefined> {
    const person = userId === undefined ? undefined : await users.find(userId);
    if (!person || person.disabledAt !== undefined) return undefined;
    if (emailKey(person.email) !== emailKey(state.email)) return undefined;
    const changedAt = await deps.password.changedAt(person.id);
    return changedAt !== undefined && changedAt >= state.startedAt ? undefined : person;
  }

  async function personOfLink(token: string): Promise<User | undefined> {
    const link = await users.links.find('recovery', token);
    const person = link?.userId === undefined ? undefined : await users.find(link.userId);
    return person?.disabledAt === undefined ? person : undefined;
  }

  /** The ways of which one must still be proved, strongest first; none when the person has no second factor. */
  async function missingMethods({ state }: Recovery, { id: userId }: User): Promise<MethodFacts[]> {
    if (state.secondFactor) return [];
    const missing = await strength.secondFactorsOf(userId);
    return missing.flatMap((id) => methods.find(id) ?? []);
  }

  async function showStart(
    ctx: RouteContext,
    {
      email,
      errors = [],
      slowDownSeconds,
    }: { email: string; errors?: FieldError[]; slowDownSeconds?: number },
  ): Promise<void> {
    const came = await wayBack.cameFrom(ctx);
    const app = wayBack.appOf(came?.client);
    pages.show(
      ctx,
      'interaction/recovery',
      {
        action: wayBack.startOf('recovery', came?.from),
        email,
        errors,
        loginUrl: wayBack.returnTo(came?.from),
        ...defined({ app, slowDownSeconds }),
      },
      { status: slowDownSeconds === undefined ? (errors.length > 0 ? 422 : 200) : 429 },
    );
  }

  type Showing = {
    recovery: Recovery;
    person: User;
    method: MethodFacts;
    missing: readonly MethodFacts[];
    refused?: StepRefusal;
  };

  /** The method's own page, as inside a sign-in; its form comes back to us. */
  async function showMethod(
    ctx: RouteContext,
    { recovery, person, method, missing, refused }: Showing,
  ): Promise<void> {
    const begun = await methods.begin(method.id, {
      attempt: { request: requestInfo(ctx) },
      userId: person.id,
      ...scopeOf(recovery),
    });
    if ('refused' in begun) return showTooMany(pages, ctx, begun);
    const address = (method: string) => mailed.stepOf(recovery.id, `ways/${method}`);
    const others = missing.filter(({ id }) => id !== method.id);
    const data: MethodScreen<Record<string, unknown>> = {
      step: { done: 2, total: 3 },
      action: address(method.id),
      ...begun,
      app: ownApp(),
      person: { name: person.email, email: person.email },
      ...defined({ refused }),
      others: await Promise.all(
        others.map(async ({ id, countLeft }) => ({
          method: id,
          href: address(id),
          isLastUsed: false,
          ...(countLeft ? { count: await countLeft(person.id) } : {}),
        })),
      ),
      cancelUrl: wayBack.returnTo(recovery.state.from),
    };
    const screen = `methods/${method.id}/login` as 'methods/totp/login';
    pages.show(ctx, screen, data as unknown as Screens['methods/totp/login'], {
      status: refusalStatus(refused),
    });
  }

  function showPassword(
    ctx: RouteContext,
    { id }: Recovery,
    { email }: User,
    errors: readonly FieldError[] = [],
  ): void {
    pages.show(
      ctx,
      'interaction/recovery-password',
      {
        action: mailed.stepOf(id, 'password'),
        email,
        minimumLength: password.minimumLength,
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  function ownApp(): App {
    return { name: config.brand.name, host: new URL(config.issuer).host };
  }

  async function recordProof(ctx: RouteContext, id: string): Promise<void> {
    const recovery = await proofs.find<State>('recovery', id, requestInfo(ctx).browserHash);
    await record(ctx, recoveryMailProved, { userId: recovery?.userId });
  }

  async function record<Data extends EventData>(
    ctx: RouteContext,
    event: EventDefinition<Data>,
    {
      outcome = 'success',
      userId,
      detail,
      isAnonymous = false,
    }: {
      outcome?: 'success' | 'refused';
      userId?: string | undefined;
      detail?: Data;
      isAnonymous?: boolean;
    },
  ): Promise<void> {
    await audit.record(event, {
      outcome,
      ...(userId === undefined ? {} : { userId, actor: { type: 'person', id: userId } }),
      ...defined({ detail }),
      request: requestInfo(ctx),
      isAnonymous,
    } as AuditEntry<Data>);
  }
}

/** RFC 2606 §2: it is written into a mail that is never sent. */
const NOBODY = 'nobody@nobody.invalid';

function scopeOf({ id }: Recovery) {
  return { boundTo: id, purpose: 'recovery' };
}
