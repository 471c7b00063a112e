import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { passwordMistakes } from '../interaction/interaction.ts';
import { defined } from '../lib/defined.ts';
import type { FinishAnswer } from '../methods/methods.ts';
import { passwordChanged } from '../users/events.ts';
import { tellPassword } from '../users/users.ts';
import type { FieldError } from '../views/views.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import type { FreshProof } from './fresh-proof.ts';
import { recordOwn } from './own-audit.ts';
import { ACCOUNT_CLIENT_ID } from './sign-in.ts';

type PasswordDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'methods' | 'password' | 'access' | 'audit'
> & {
  freshProof: FreshProof;
};

/**
 * `/account/password`: the current password, or a fresh proof by any other way, buys a new one; together with the second
 * factor of whoever has one. Who has none yet chooses the first one by a fresh proof.
 */
export function createPasswordPage(deps: PasswordDeps): { show: OwnPage; change: OwnPage } {
  const { config, clock, pages, methods, password, access, audit, freshProof } = deps;
  const here = `${config.base}/account/password`;
  const change = { adds: password.id, touches: password.id };

  return {
    async show(ctx, signedIn) {
      const standing = await standingOf(signedIn);
      const goesOn = ctx.query.prove === 'yes' ? standing === 'proved' : standing !== 'unproved';
      if (!goesOn && !(await freshProof.demand(ctx, signedIn, change, 'password'))) return;
      await showForm(ctx, signedIn);
    },

    async change(ctx, signedIn) {
      const { person } = signedIn;
      const { form } = ctx.state;
      const standing = await standingOf(signedIn);
      if (standing === 'unproved' && !(await freshProof.demand(ctx, signedIn, change, 'password'))) return;
      const errors = passwordMistakes(password, form, person);
      if (errors.length > 0) return showForm(ctx, signedIn, { errors, status: 422 });
      if (standing === 'with_current') {
        const outcome = await proveCurrent(ctx, signedIn);
        if ('refused' in outcome) return showRefusal(ctx, signedIn, outcome);
      }

      const prepared = await password.prepareChecked(form.password ?? '', person);
      const had = await hasPassword(signedIn);
      const isEverywhere = form.end_others !== undefined;
      await access.end(person.id, isEverywhere ? 'password_changed' : 'password_changed_here', {
        ctx,
        sessionUid: signedIn.sessionUid,
        change: () => prepared.save(person.id),
        isFirst: !had,
      });
      await recordOwn(audit, ctx, signedIn, passwordChanged, {
        detail: { how: 'account', endedOtherSessions: isEverywhere, ...tellPassword({ had }) },
      });
      seeOther(ctx, `${config.base}/account/security?notice=password_changed`);
    },
  };

  /** Whether enough is proved to change it; `with_current`: enough with the current one, which the form then asks for. */
  async function standingOf(signedIn: SignedIn): Promise<'proved' | 'with_current' | 'unproved'> {
    if ((await freshProof.judge(signedIn, change)).isEnough) return 'proved';
    if (!(await hasPassword(signedIn))) return 'unproved';
    const current = { ...password.proof, at: clock.now() };
    const typed = { ...signedIn, steps: [...signedIn.steps, current] };
    return (await freshProof.judge(typed, change)).isEnough ? 'with_current' : 'unproved';
  }

  async function hasPassword({ person }: SignedIn): Promise<boolean> {
    return (await methods.find(password.id)?.isEnrolled(person.id)) === true;
  }

  /** Through the same limits and audit as any sign-in. */
  function proveCurrent(ctx: RouteContext, { person }: SignedIn): Promise<FinishAnswer> {
    return methods.finish(password.id, {
      userId: person.id,
      answer: { identifier: person.email, password: ctx.state.form.current ?? '' },
      attempt: { request: requestInfo(ctx), clientId: ACCOUNT_CLIENT_ID },
    });
  }

  async function showRefusal(
    ctx: RouteContext,
    signedIn: SignedIn,
    refusal: Exclude<FinishAnswer, { proved: string }>,
  ): Promise<void> {
    const refused = answerRefusal(ctx, refusal);
    const status = refusalStatus(refused);
    if (refused.why === 'slow_down') {
      return showForm(ctx, signedIn, { slowDownSeconds: refused.retryAfterSeconds, status });
    }
    const key = refused.why === 'busy' ? 'login.refused.busy' : 'account_password.wrong';
    await showForm(ctx, signedIn, { errors: [{ field: 'current', sentence: { key } }], status });
  }

  async function showForm(
    ctx: RouteContext,
    signedIn: SignedIn,
    {
      errors = [],
      slowDownSeconds,
      status = 200,
    }: { errors?: readonly FieldError[]; slowDownSeconds?: number; status?: number } = {},
  ): Promise<void> {
    const isProved = (await standingOf(signedIn)) === 'proved';
    pages.show(
      ctx,
      'account/password',
      {
        action: here,
        hasPassword: await hasPassword(signedIn),
        asksCurrent: !isProved,
        ...(isProved ? {} : { proveUrl: `${here}?prove=yes` }),
        email: signedIn.person.email,
        minimumLength: password.minimumLength,
        errors,
        ...defined({ slowDownSeconds }),
        signOutAction: `${config.base}/account/sign-out`,
      },
      { status },
    );
  }
}
