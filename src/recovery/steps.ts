import type { AuditEntry, EventData, EventDefinition } from '../audit/audit.ts';
import { isSameBrowser } from '../http/browser-secret.ts';
import { answerRefusal, rateLimitHeaders, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { type CameFrom, passwordMistakes, removalUrl, type TicketStep } from '../interaction/interaction.ts';
import { byPerson } from '../lib/actor.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import type { MailedProof, MailedProofs, UnderWay } from '../mailed-codes/mailed-codes.ts';
import type { MethodFacts } from '../methods/methods.ts';
import { passwordChanged } from '../users/events.ts';
import { emailKey, localeOf, mayBeEmail, tellPassword, tidyEmail, type User } from '../users/users.ts';
import type { App, FieldError, MethodScreen, Screens, StepRefusal } from '../views/views.ts';
import type { RecoveryConfig } from './config.ts';
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

export type RecoveryStepsDeps = Omit<RecoveryDeps, 'mailedProofs' | 'wayBack'> & {
  settings: RecoveryConfig;
  proofs: MailedProofs;
  entry: RecoveryDeps['wayBack'] & UnderWay<CameFrom>;
};

/**
 * "Forgot it?": a mail with a link and a code, then the second factor of whoever has one, then a new password. Nothing
 * tells whether an address has an account.
 */
export function createRecoverySteps(deps: RecoveryStepsDeps) {
  const { config, clock, pages, users, password, methods, limits, strength, access, audit, mail } = deps;
  const { settings, proofs, entry, tickets } = deps;
  const isOffered = settings.enabled && mail.isAvailable;
  const again = isOffered ? 'recovery' : undefined;

  return {
    isOffered,

    async show(ctx: RouteContext): Promise<void> {
      if (!isOffered) return entry.showNotFound(ctx);
      await showStart(ctx, { email: '' });
    },

    /** Sends the mail. The same answer and the same work for every address. */
    async start(ctx: RouteContext): Promise<void> {
      if (!isOffered) return entry.showNotFound(ctx);
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
      seeOther(ctx, entry.stepOf('recovery', id));
    },

    /** The link of the mail. Opening it spends nothing. */
    async showLink(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const link = await proofs.readLink('recovery', token);
      if (!link) return entry.showLinkUsed(ctx, again);
      if (!isSameBrowser(ctx, link.browserHash)) {
        const validSeconds = Math.max(0, Math.round((link.expiresAt - clock.now()) / 1000));
        return pages.show(ctx, 'interaction/mailed-link-elsewhere', {
          kind: 'recovery',
          code: link.code,
          validSeconds,
        });
      }
      pages.show(ctx, 'interaction/mailed-link', {
        kind: 'recovery',
        action: `${config.base}/recovery/link`,
        token,
      });
    },

    async useLink(ctx: RouteContext): Promise<void> {
      const { browserHash } = requestInfo(ctx);
      const id = await proofs.answerByLink('recovery', ctx.state.form.token ?? '', browserHash);
      if (id === undefined) return entry.showLinkUsed(ctx, again);
      await recordProof(ctx, id);
      seeOther(ctx, entry.stepOf('recovery', id));
    },

    /** The link of a recovery that an operator started. Opening it spends nothing. */
    async showStarted(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const person = await personOfLink(token);
      if (!person) return entry.showLinkUsed(ctx, again);
      const action = `${config.base}/recovery/started`;
      pages.show(ctx, 'interaction/recovery-started', { action, token, email: person.email });
    },

    /** From here on it belongs to this browser. */
    async useStarted(ctx: RouteContext): Promise<void> {
      const { token = '' } = ctx.state.form;
      const { browserHash } = requestInfo(ctx);
      const person = await personOfLink(token);
      if (!person || browserHash === undefined) return entry.showLinkUsed(ctx, again);
      if (!(await users.links.consume('recovery', token))) return entry.showLinkUsed(ctx, again);
      const state: State = { email: person.email, startedAt: clock.now() };
      const id = await proofs.beginProved({ kind: 'recovery', browserHash, state, userId: person.id });
      await recordProof(ctx, id);
      seeOther(ctx, entry.stepOf('recovery', id));
    },

    /** The step at which it is. */
    showStep: step(async (ctx, recovery) => {
      if (!recovery.isProved) return showCode(ctx, recovery);
      const person = await personOf(recovery);
      if (!person) return entry.showOver(ctx, 'recovery');
      const [method] = await missingMethods(recovery, person);
      if (method) return seeOther(ctx, entry.stepOf('recovery', recovery.id, `ways/${method.id}`));
      showPassword(ctx, recovery, person);
    }),

    answerCode: step(async (ctx, recovery) => {
      const { id, state } = recovery;
      if (recovery.isProved) return seeOther(ctx, entry.stepOf('recovery', id));
      const { browserHash } = requestInfo(ctx);
      const admission = await limits.admit({
        method: 'recovery',
        request: requestInfo(ctx),
        identifier: state.email,
        ...defined({ userId: recovery.userId }),
      });
      if ('refused' in admission) {
        ctx.set(rateLimitHeaders(admission));
        return showCode(ctx, recovery, { why: 'slow_down', retryAfterSeconds: admission.retryAfterSeconds });
      }
      const answer = await proofs.answer('recovery', id, browserHash, ctx.state.form.code ?? '');
      if (answer === 'expired') return entry.showOver(ctx, 'recovery');
      if (answer === 'wrong') {
        await record(ctx, recoveryRefused, {
          outcome: 'refused',
          userId: recovery.userId,
          isAnonymous: true,
        });
        return showCode(ctx, recovery, { why: 'wrong' });
      }
      await admission.proved();
      await recordProof(ctx, id);
      seeOther(ctx, entry.stepOf('recovery', id));
    }),

    /** One of the person's second factors, on its own page. */
    showSecondFactor: provedStep(async (ctx, recovery, person) => {
      const missing = await missingMethods(recovery, person);
      const method = missing.find(({ id }) => id === ctx.params.method);
      if (!method) return seeOther(ctx, entry.stepOf('recovery', recovery.id));
      await showMethod(ctx, { recovery, person, method, missing });
    }),

    answerSecondFactor: provedStep(async (ctx, recovery, person) => {
      const missing = await missingMethods(recovery, person);
      const method = missing.find(({ id }) => id === ctx.params.method);
      if (!method) return seeOther(ctx, entry.stepOf('recovery', recovery.id));
      const { form } = ctx.state;
      const outcome = await methods.finish(method.id, {
        userId: person.id,
        answer: form,
        ...scopeOf(recovery),
        ...defined({ handle: form.handle }),
        attempt: { request: requestInfo(ctx) },
      });
      if ('refused' in outcome) {
        return showMethod(ctx, { recovery, person, method, missing, refused: answerRefusal(ctx, outcome) });
      }
      const secondFactor = { method: method.id, amr: outcome.amr, kind: outcome.kind, at: clock.now() };
      await proofs.update('recovery', recovery, { ...recovery.state, secondFactor });
      seeOther(ctx, entry.stepOf('recovery', recovery.id));
    }),

    /** The end: the new password, and what the older one had opened. */
    setPassword: provedStep(async (ctx, recovery, person) => {
      if ((await missingMethods(recovery, person)).length > 0) {
        return seeOther(ctx, entry.stepOf('recovery', recovery.id));
      }
      const { form } = ctx.state;
      const errors = passwordMistakes(password, form, person);
      if (errors.length > 0) return showPassword(ctx, recovery, person, errors);

      // Hashed first: a queue that is full must not cost the recovery.
      const prepared = await password.prepare(form.password ?? '', person);
      if ('refused' in prepared)
        throw new Error(`a password passed and then was refused: ${prepared.refused}`);
      const had = (await password.changedAt(person.id)) !== undefined;
      const change = () => proofs.finish(recovery, (inside) => prepared.save(person.id, inside));
      // Whoever knew the old password may be signed in anywhere: nothing of before goes on.
      const { browserHash } = requestInfo(ctx);
      const isDue = async () => (await proofs.find('recovery', recovery.id, browserHash)) !== undefined;
      const { isDone } = await access.end(person.id, 'recovered', { ctx, change, isDue });
      if (!isDone) return entry.showOver(ctx, 'recovery');
      if (!person.emailVerified)
        await users.update(person.id, { emailVerified: true }, byPerson(person.id, requestInfo(ctx)));
      await record(ctx, recoveryCompleted, { userId: person.id });
      await record(ctx, passwordChanged, {
        userId: person.id,
        detail: { how: 'recovery', ...tellPassword({ had }) },
      });

      const { from, secondFactor } = recovery.state;
      const isNewThere = (await addedOf(person.id)).length > 0;
      await entry.rememberEnd(ctx, 'recovery', recovery.id, {
        ...defined({ from }),
        ...(isNewThere ? { userId: person.id } : {}),
      });
      const steps: TicketStep[] = [{ ...password.proof, at: clock.now() }];
      if (secondFactor) steps.push(secondFactor);
      const ticket = { userId: person.id, method: 'recovery', steps } as const;
      // "Remove" leads to the own account: what was proved on the way counts there instead.
      await tickets.issue(ctx, ticket, from?.uid, { orAccount: isNewThere });
      seeOther(ctx, isNewThere ? entry.stepOf('recovery', recovery.id, 'added') : entry.returnTo(from));
    }),

    /** After the end: what was added lately, each with "remove", and the way on. */
    async showAdded(ctx: RouteContext): Promise<void> {
      const ended = await entry.findEnd(ctx, 'recovery');
      const added = ended?.userId === undefined ? [] : await addedOf(ended.userId);
      if (!ended || added.length === 0) return entry.showOver(ctx, 'recovery');
      pages.show(ctx, 'interaction/recovery-added', { added, goOnUrl: entry.returnTo(ended.from) });
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

  function step(handle: (ctx: RouteContext, recovery: Recovery) => Promise<void> | void) {
    return async (ctx: RouteContext): Promise<void> => {
      const { browserHash } = requestInfo(ctx);
      const recovery = await proofs.find<State>('recovery', ctx.params.id ?? '', browserHash);
      if (!recovery) return entry.showOver(ctx, 'recovery');
      await handle(ctx, recovery);
    };
  }

  function provedStep(handle: (ctx: RouteContext, recovery: Recovery, person: User) => Promise<void> | void) {
    return step(async (ctx, recovery) => {
      if (!recovery.isProved) return seeOther(ctx, entry.stepOf('recovery', recovery.id));
      const person = await personOf(recovery);
      if (!person) return entry.showOver(ctx, 'recovery');
      await handle(ctx, recovery, person);
    });
  }

  async function begin(ctx: RouteContext, email: string, person: User | undefined): Promise<string> {
    const { browserHash = '', network, userAgent, locale } = requestInfo(ctx);
    const isDecoy = person === undefined || person.disabledAt !== undefined;
    const came = await entry.cameFrom(ctx);
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
    const came = await entry.cameFrom(ctx);
    const app = entry.appOf(came?.client);
    pages.show(
      ctx,
      'interaction/recovery',
      {
        action: entry.startOf('recovery', came?.from),
        email,
        errors,
        loginUrl: entry.returnTo(came?.from),
        ...defined({ app, slowDownSeconds }),
      },
      { status: slowDownSeconds === undefined ? (errors.length > 0 ? 422 : 200) : 429 },
    );
  }

  function showCode(ctx: RouteContext, { id, state }: Recovery, refused?: StepRefusal): void {
    pages.show(
      ctx,
      'interaction/mailed-code',
      {
        kind: 'recovery',
        action: entry.stepOf('recovery', id, 'code'),
        address: state.email,
        againUrl: entry.startOf('recovery', state.from),
        validSeconds: settings.ttlSeconds,
        ...defined({ refused }),
      },
      { status: refusalStatus(refused) },
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
    const request = requestInfo(ctx);
    const begun = await methods.begin(method.id, {
      attempt: { request },
      userId: person.id,
      ...scopeOf(recovery),
    });
    if ('refused' in begun) {
      ctx.set(rateLimitHeaders(begun));
      const { id: referenceId } = request;
      const { retryAfterSeconds } = begun;
      return pages.show(ctx, 'error', { why: 'too_many', referenceId, retryAfterSeconds }, { status: 429 });
    }
    const address = (method: string) => entry.stepOf('recovery', recovery.id, `ways/${method}`);
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
      cancelUrl: entry.returnTo(recovery.state.from),
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
        action: entry.stepOf('recovery', id, 'password'),
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
