import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction } from './interaction.ts';
import { withQuery } from './waiting-app.ts';

export type ProvedPerson = {
  userId: string;
  /** How it was proved: the id of the method, or `first-administrator`, `set-password`. */
  method: string;
  amr: readonly string[];
  remember: boolean;
};

/**
 * The end of every login step, whichever way the person proved who they are. Answers where the browser goes on: to the
 * resume, with the signed name of the app, so that a second press there still knows it.
 */
export function createSignIn({
  clock,
  audit,
  oidc,
  devices,
}: Pick<InteractionDeps, 'clock' | 'audit' | 'oidc' | 'devices'>) {
  return async (
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    { userId, method, amr, remember }: ProvedPerson,
  ): Promise<void> => {
    await endOtherPersons(ctx, interaction, userId);
    const acr = oidc.levelOf(amr);
    interaction.result = {
      ...interaction.lastSubmission,
      login: {
        accountId: userId,
        remember,
        // Said here, so that a consent that takes a minute does not move `auth_time` (OpenID Connect Core §2).
        ts: Math.floor(clock.now() / 1000),
        amr,
        ...(acr === undefined ? {} : { acr }),
      },
    };
    await interaction.persist();
    await devices.remember(ctx, userId);
    await audit.record({
      event: 'interaction.signed_in',
      outcome: 'success',
      actor: { type: 'user', id: userId },
      userId,
      clientId: client.id,
      detail: { method, amr, remember },
      request: requestInfo(ctx),
    });
    resume(ctx, interaction);
  };

  /**
   * A browser has one person at a time. oidc-provider would send the browser through its sign-out page (a form that
   * posts itself) when another person signs in; the old session ends here instead, for good and without a script.
   */
  async function endOtherPersons(ctx: RouteContext, interaction: PendingInteraction, userId: string) {
    const current = await oidc.sessions.find(ctx);
    if (current && current.userId !== userId) await oidc.sessions.end(current.uid);
    if (interaction.session && interaction.session.accountId !== userId) {
      if (interaction.session.uid !== current?.uid) await oidc.sessions.end(interaction.session.uid);
      interaction.session = undefined;
    }
  }
}

/** Sends the browser on to the protocol. 303: whatever came before, this is a GET (RFC 9110 §15.4.4). */
export function resume(ctx: RouteContext, interaction: PendingInteraction): void {
  const { app } = ctx.query;
  ctx.redirect(typeof app === 'string' ? withQuery(interaction.returnTo, { app }) : interaction.returnTo);
  ctx.status = 303;
}
