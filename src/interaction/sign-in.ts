import { requestInfo } from '../http/request.ts';
import { seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import { enrolledBy } from '../methods/methods.ts';
import { amrOf, type ProvedStep, type SecondFactorThen } from '../oidc/levels.ts';
import type { InteractionDeps } from './deps.ts';
import { signedIn } from './events.ts';
import type { Journey, SignInFacts } from './journey.ts';
import type { LastUsed } from './last-used.ts';
import { submitted } from './proved.ts';
import { withQuery } from './waiting-app.ts';

export type ProvedPerson = {
  facts: SignInFacts;
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
  knownBrowsers,
  rememberedBrowsers,
  lastUsed,
}: Pick<InteractionDeps, 'access' | 'clock' | 'audit' | 'oidc' | 'knownBrowsers' | 'rememberedBrowsers'> & {
  lastUsed: LastUsed;
}) {
  return async (
    journey: Journey,
    { facts, steps, made, remember, rememberDevice, hasPutOff }: ProvedPerson,
  ): Promise<void> => {
    const { ctx, interaction, client } = journey;
    const { person, isLeaving } = facts;
    const { id: userId } = person;
    await endOtherPersons(journey, userId);
    const now = clock.now();
    const amr = amrOf(steps);
    const device = await knownBrowsers.remember(ctx, person, { signedInAt: now, isLeaving });
    const acr = oidc.levels.levelOf(steps);
    const without: SecondFactorThen = hasPutOff ? 'put_off' : 'none';
    const secondFactor = oidc.demands.isAmong(enrolledBy(facts)) ? 'had' : without;
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
        ...defined({ acr }),
      },
    };
    await interaction.persist();
    if (rememberDevice) await rememberedBrowsers.remember(ctx, userId);
    lastUsed.write(ctx, made);
    await audit.record(signedIn, {
      outcome: 'success',
      actor: { type: 'person', id: userId },
      userId,
      clientId: client.id,
      detail: { methods: steps.map(({ method }) => method), amr, acr, remember, rememberDevice },
      request: requestInfo(ctx),
    });
    resume(journey);
  };

  /**
   * A browser has one person at a time. oidc-provider would send the browser through its sign-out page (a form that
   * posts itself) when another person signs in; the old session ends here instead, for good and without a script.
   */
  async function endOtherPersons({ interaction, session }: Journey, userId: string): Promise<void> {
    const current = await session();
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
export function resume({ ctx, interaction }: Pick<Journey, 'ctx' | 'interaction'>): void {
  const { app } = ctx.query;
  seeOther(ctx, typeof app === 'string' ? withQuery(interaction.returnTo, { app }) : interaction.returnTo);
}
