import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import { amrOf, type ProvedStep, type SecondFactorThen } from '../oidc/levels.ts';
import { signedIn } from './events.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction } from './interaction.ts';
import type { LastUsed } from './last-used.ts';
import { submitted } from './proved.ts';
import { withQuery } from './waiting-app.ts';

export type ProvedPerson = {
  userId: string;
  /** Everything that was proved, the session's steps included. */
  steps: readonly ProvedStep[];
  /** What was proved in this interaction. */
  made: readonly ProvedStep[];
  remember: boolean;
  rememberDevice: boolean;
  /** Adding a second factor was put off just now. */
  hasPutOff: boolean;
};

export type SignIn = ReturnType<typeof createSignIn>;

/**
 * The end of every sign-in, when all that is demanded is proved. Answers where the browser goes on: to the resume, with
 * the signed name of the app, so that a second press there still knows it.
 */
export function createSignIn({
  clock,
  access,
  audit,
  oidc,
  devices,
  rememberedDevices,
  lastUsed,
}: Pick<InteractionDeps, 'access' | 'clock' | 'audit' | 'oidc' | 'devices' | 'rememberedDevices'> & {
  lastUsed: LastUsed;
}) {
  return async (
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    { userId, steps, made, remember, rememberDevice, hasPutOff }: ProvedPerson,
  ): Promise<void> => {
    await endOtherPersons(ctx, interaction, userId);
    const now = clock.now();
    const amr = amrOf(steps);
    const device = await devices.remember(ctx, userId, { signedInAt: now });
    const acr = oidc.levels.levelOf(steps);
    const without: SecondFactorThen = hasPutOff ? 'put_off' : 'none';
    const secondFactor = (await oidc.demands.hasSecondFactor(userId)) ? 'had' : without;
    interaction.result = {
      ...submitted(interaction),
      login: {
        accountId: userId,
        remember,
        // Said here, so that a consent that takes a minute does not move `auth_time` (OpenID Connect Core §2). A
        // step-up is a sign-in of now: the person was there and answered.
        ts: Math.floor(now / 1000),
        amr,
        proofs: steps,
        secondFactor,
        // Kept in the session, whatever cookies the browser brings: a link in a mail ends what this device began.
        device,
        ...(acr === undefined ? {} : { acr }),
      },
    };
    await interaction.persist();
    if (rememberDevice) await rememberedDevices.remember(ctx, userId);
    lastUsed.write(
      ctx,
      made.map(({ method }) => method),
    );
    await audit.record(signedIn, {
      outcome: 'success',
      actor: { type: 'user', id: userId },
      userId,
      clientId: client.id,
      detail: { methods: steps.map(({ method }) => method), amr, acr, remember, rememberDevice },
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
    if (current && current.userId !== userId) {
      await access.end(current.userId, 'another_person', { sessionUid: current.uid });
    }
    if (interaction.session && interaction.session.accountId !== userId) {
      const { uid, accountId } = interaction.session;
      if (uid !== current?.uid) await access.end(accountId, 'another_person', { sessionUid: uid });
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
