import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { createLostDeviceForm, waitingOf } from '../interaction/interaction.ts';
import type { User } from '../users/users.ts';
import type { LostDeviceForm, WaitingRemoval } from '../views/views.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import { ACCOUNT_CLIENT_ID, type createSignIn } from './sign-in.ts';

type LostDeviceDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'methods' | 'password' | 'lostDevice'
> & {
  signIn: Pick<ReturnType<typeof createSignIn>, 'begin'>;
};

export type OwnLostDevice = ReturnType<typeof createOwnLostDevice>;

/**
 * `/account/lost-device`: asks to remove what was lost. Every session can stop it, and so can every mail about it, without
 * a sign-in: whoever asked may hold the account.
 */
export function createOwnLostDevice(deps: LostDeviceDeps) {
  const { config, pages, lostDevice, signIn } = deps;
  const here = `${config.base}/account/lost-device`;
  const form = createLostDeviceForm(deps);

  return {
    show: (async (ctx, signedIn) => {
      await show(ctx, signedIn);
    }) satisfies OwnPage,

    ask: (async (ctx, signedIn) => {
      const outcome = await form.ask(ctx, signedIn, ACCOUNT_CLIENT_ID);
      if ('form' in outcome) return show(ctx, signedIn, outcome);
      if ('asked' in outcome) return seeOther(ctx, here);
      // What the person still has is proved first, and then this is pressed once more.
      const { unproved: needs, isFresh } = outcome;
      signIn.begin(ctx, { page: 'lost-device?notice=again', isAnew: !isFresh, needs });
    }) satisfies OwnPage,

    /** Of the person's own session, whatever it has proved. */
    keep: (async (ctx, { person }) => {
      await lostDevice.cancel({ userId: person.id }, { request: requestInfo(ctx) });
      seeOther(ctx, `${here}/cancelled`);
    }) satisfies OwnPage,

    /** Cancels nothing: mail scanners open links. */
    async showCancel(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const waiting = await lostDevice.findByToken(token);
      if (!waiting) return showLinkUsed(ctx);
      pages.show(ctx, 'account/lost-device-cancel', {
        action: `${here}/cancel`,
        token,
        methodIds: waiting.methods,
      });
    },

    async cancel(ctx: RouteContext): Promise<void> {
      const { token = '' } = ctx.state.form;
      if (!(await lostDevice.cancel({ token }, { request: requestInfo(ctx) }))) return showLinkUsed(ctx);
      seeOther(ctx, `${here}/cancelled`);
    },

    showCancelled(ctx: RouteContext): void {
      pages.show(ctx, 'account/lost-device-cancelled', { passwordUrl: `${config.base}/account/password` });
    },

    /** The request that waits, as the other pages of the account show it. */
    async facts(person: User): Promise<{ lostUrl?: string; waiting?: WaitingRemoval }> {
      const waiting = await lostDevice.find(person.id);
      if (waiting) return { waiting: { ...waitingOf(waiting), cancelAction: `${here}/keep` } };
      return (await lostDevice.removableBy(person)).length > 0 ? { lostUrl: here } : {};
    },
  };

  async function show(
    ctx: RouteContext,
    signedIn: SignedIn,
    { form: changed, status }: { form: Partial<LostDeviceForm>; status: number } = { form: {}, status: 200 },
  ): Promise<void> {
    const { waiting, ...shown } = await form.show(signedIn);
    pages.show(
      ctx,
      'account/lost-device',
      {
        ...shown,
        ...(waiting ? { waiting: { ...waiting, cancelAction: `${here}/keep` } } : {}),
        ...changed,
        action: here,
        cancelUrl: `${config.base}/account/security`,
        signOutAction: `${config.base}/account/sign-out`,
        ...(ctx.query.notice === 'again' ? { notice: { key: 'account.again' } } : {}),
      },
      { status },
    );
  }

  function showLinkUsed(ctx: RouteContext): void {
    const back = { href: `${config.base}/account`, label: { key: 'error.to_account' } };
    pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id, back }, { status: 410 });
  }
}
