import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { defined } from '../lib/defined.ts';
import type { User } from '../users/users.ts';
import type { EnrolScreen } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import { secondFactorPutOff } from './events.ts';
import type { Journey } from './journey.ts';
import { type At, openedBy, personOf, showScreen } from './method-screen.ts';
import type { NextStep } from './next-step.ts';
import type { Progress } from './progress.ts';
import { type Begun, begunIn, keep } from './proved.ts';
import { appOf } from './waiting-app.ts';

export type EnrolmentPagesDeps = Pick<InteractionDeps, 'clock' | 'pages' | 'methods' | 'oidc' | 'audit'> & {
  progress: Progress;
};

export type EnrolmentPages = ReturnType<typeof createEnrolmentPages>;

/**
 * The pages of adding a method inside a sign-in that demands one: the choice, and `/interaction/:uid/enrol/:method`. They
 * are shown and judged only while the sign-in stands there.
 */
export function createEnrolmentPages({ clock, pages, methods, oidc, audit, progress }: EnrolmentPagesDeps) {
  return {
    /** Which of the methods is to be added. */
    showChoice(journey: Journey, person: User, next: Extract<NextStep, { kind: 'enrol' }>): void {
      const { ctx, interaction, client, to } = journey;
      pages.show(ctx, 'interaction/enrol', {
        step: { done: 2, total: client.isBuiltIn ? 2 : 3 },
        app: appOf(client, interaction.params.redirect_uri),
        person: personOf(person),
        options: next.methodIds.map((id) => ({ method: id, href: to(`enrol/${id}`), isLastUsed: false })),
        ...laterOf(next.laterLeft, to),
        cancelAction: to('cancel'),
      });
    },

    show: atEnrolment(async (at, person) => {
      const { journey, method } = at;
      const open = begunIn(journey.interaction, {
        purpose: 'enrolment',
        method: method.id,
        userId: person.id,
      });
      if (!open) return beginEnrolment(at, person);
      if (await takesAnswers(at, person, open)) return show(at, person, { open });
      await beginEnrolment(at, person, OVER);
    }),

    finish: atEnrolment(async (at, person) => {
      const { journey, method } = at;
      const { ctx, interaction } = journey;
      const { form } = ctx.state;
      const open = begunIn(interaction, { purpose: 'enrolment', method: method.id, userId: person.id });
      const outcome = await methods.enrol.finish(method.id, {
        userId: person.id,
        attempt: journey.attempt(),
        boundTo: interaction.uid,
        answer: form,
        ...defined({ attemptId: form.handle }),
      });
      if ('enrolled' in outcome) {
        const { proof } = outcome;
        const step = proof && {
          method: method.id,
          amr: proof.amr ?? method.amr,
          kind: proof.kind ?? method.kind,
          at: clock.now(),
        };
        journey.forget();
        const facts = await journey.facts(person.id);
        if (!facts) return journey.go('');
        await progress.advance(journey, { person: facts.person, ...(step ? { steps: [step] } : {}) });
        return;
      }
      // The page says why, and begins anew where nothing else is open.
      if (outcome.refused === 'expired') return journey.go(`enrol/${method.id}`);
      if (outcome.refused === 'slow_down' || outcome.refused === 'busy') {
        const refusal = outcome as Parameters<typeof answerRefusal>[1];
        return show(at, person, { ...defined({ open }), refused: answerRefusal(ctx, refusal) });
      }
      const { refused, detail } = outcome as { refused: string; detail?: Record<string, string | number> };
      const field = method.enrolment?.fields[0] ?? '';
      const errors = [{ field, sentence: { key: refused, ...(detail ? { values: detail } : {}) } }];
      // A method that takes one answer for each attempt has used this attempt up: a new one begins, under the sentence
      // about the answer that was wrong.
      if (!open && method.enrolment?.attempts === 1 && form.handle !== undefined) {
        return beginEnrolment(at, person, { errors });
      }
      if (open && !(await takesAnswers(at, person, open))) return beginEnrolment(at, person, OVER);
      show(at, person, { ...defined({ open }), errors });
    }),

    /** "Later": goes on without adding anything, as often as the operator allows. */
    async later(journey: Journey): Promise<void> {
      const { ctx, client } = journey;
      const standing = await journey.standing();
      const { next, person } = standing;
      const mayWait = person && next.kind === 'enrol' && next.laterLeft > 0;
      if (!mayWait || !(await oidc.demands.putOff(person.id))) return journey.go('');
      await audit.record(secondFactorPutOff, {
        outcome: 'success',
        actor: { type: 'person', id: person.id },
        userId: person.id,
        clientId: client.id,
        detail: { left: next.laterLeft - 1 },
        request: requestInfo(ctx),
      });
      await progress.complete(journey, { ...standing, hasPutOff: true });
    },
  };

  function atEnrolment(handle: (at: At, person: User) => Promise<void>) {
    return async (journey: Journey): Promise<void> => {
      const standing = await journey.standing();
      const { next, person } = standing;
      const method = methods.find(journey.ctx.params.method ?? '');
      const isAsked = method && next.kind === 'enrol' && next.methodIds.includes(method.id);
      if (!isAsked || !person) return journey.go('');
      await handle({ journey, standing, method }, person);
    };
  }

  function takesAnswers({ journey, method }: At, { id: userId }: User, { attemptId }: Begun) {
    return methods.enrol.isOpen(method.id, { userId, boundTo: journey.interaction.uid, attemptId });
  }

  async function beginEnrolment(at: At, person: User, told: Told = {}): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    const begun = await methods.enrol.begin(method.id, {
      userId: person.id,
      attempt: journey.attempt(),
      boundTo: interaction.uid,
      isSecond: true,
    });
    if ('refused' in begun) {
      return show(at, person, { refused: answerRefusal(ctx, begun) });
    }
    if (begun.attemptId === undefined) return show(at, person, {});
    const opened = openedBy(at, 'enrolment', begun, person.id);
    if ((method.enrolment?.attempts ?? 1) > 1) await keep(interaction, { begun: opened });
    show(at, person, { open: opened, ...told });
  }

  function show(
    { journey, standing, method }: At,
    person: User,
    { open, refused, errors = [] }: Told & { open?: Begun },
  ): void {
    const { ctx, interaction, client, to } = journey;
    const { next } = standing;
    const methodIds = next.kind === 'enrol' ? next.methodIds.filter((id) => id !== method.id) : [];
    const data: EnrolScreen<Record<string, unknown>> = {
      frame: 'flow',
      step: { done: 2, total: client.isBuiltIn ? 2 : 3 },
      action: to(`enrol/${method.id}`),
      ...defined({ attemptId: open?.attemptId, show: open?.show }),
      errors,
      ...defined({ refused }),
      person: personOf(person),
      app: appOf(client, interaction.params.redirect_uri),
      others: methodIds.map((id) => ({ method: id, href: to(`enrol/${id}`), isLastUsed: false })),
      ...laterOf(next.kind === 'enrol' ? next.laterLeft : 0, to),
      cancelAction: to('cancel'),
    };
    showScreen(
      pages,
      ctx,
      `methods/${method.id}/enrol`,
      data,
      errors.length > 0 ? 422 : refusalStatus(refused),
    );
  }
}

type Told = Pick<Partial<EnrolScreen>, 'refused' | 'errors'>;

/** What was shown before takes no answer any more: the page shows another one, and says so. */
const OVER: Told = { refused: { why: 'expired', sentence: { key: 'enrol.over' } } };

function laterOf(left: number, to: Journey['to']) {
  return left > 0 ? { later: { action: to('later'), left } } : {};
}
