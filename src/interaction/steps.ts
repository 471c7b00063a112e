import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { Elsewhere, SelectedAccount } from '../oidc/oidc.ts';
import type { createConsent } from './consent.ts';
import type { InteractionDeps } from './deps.ts';
import type { EnrolmentPages } from './enrolment-pages.ts';
import { signInCancelled } from './events.ts';
import type { IdentityPages } from './identity-pages.ts';
import { addressOf, type createJourneys, type Journey } from './journey.ts';
import type { createLogin } from './login.ts';
import type { createLostDeviceSteps } from './lost-device.ts';
import type { createMayUseStep } from './may-use.ts';
import type { createMethodPages } from './method-pages.ts';
import type { MoreWaysSteps } from './more-ways.ts';
import type { PasskeySteps } from './passkey.ts';
import { forget, provedIn, submitted, wasRefusedAsOther } from './proved.ts';
import type { createRequiredStep } from './required-step.ts';
import type { Returns } from './return.ts';
import type { createSelectAccountStep } from './select-account.ts';
import { resume } from './sign-in.ts';
import { type WaitingApp, withQuery } from './waiting-app.ts';

export type StepsDeps = Pick<
  InteractionDeps,
  'config' | 'clock' | 'clients' | 'oidc' | 'audit' | 'metrics' | 'i18n'
> & {
  login: ReturnType<typeof createLogin>;
  consent: ReturnType<typeof createConsent>;
  selectAccount: ReturnType<typeof createSelectAccountStep>;
  mayUse: ReturnType<typeof createMayUseStep>;
  requiredStep: ReturnType<typeof createRequiredStep>;
  journeys: ReturnType<typeof createJourneys>;
  methodPages: ReturnType<typeof createMethodPages>;
  enrolmentPages: EnrolmentPages;
  identity: IdentityPages;
  passkey: PasskeySteps;
  moreWaysSteps: MoreWaysSteps;
  lostDeviceSteps: ReturnType<typeof createLostDeviceSteps>;
  returns: Pick<Returns, 'take'>;
  waitingApp: Pick<WaitingApp, 'sign'>;
  lost(ctx: RouteContext, uid: string): Promise<void>;
  elsewhere(ctx: RouteContext, found: Elsewhere): Promise<void>;
};

type Handler = (journey: Journey) => Promise<void>;

/**
 * The steps of one interaction. Each begins alike: this browser must have begun it, and a form must be for the step that
 * the interaction is at. Everything else is shown the way on, and changes nothing.
 */
export function createSteps(deps: StepsDeps) {
  const { config, clock, clients, oidc, audit, metrics, i18n } = deps;
  const {
    journeys,
    login,
    consent,
    selectAccount,
    mayUse,
    requiredStep,
    methodPages,
    enrolmentPages,
    identity,
    passkey,
    lost,
    elsewhere,
    returns,
    waitingApp,
  } = deps;

  return {
    show: step(async (journey) => {
      const { ctx, interaction } = journey;
      await rememberLocale(journey);
      if (await goesOnAlready(journey)) return;
      if (interaction.prompt.name === 'login') {
        const { next } = await journey.standing();
        return next.kind === 'identify' ? login.show(journey) : methodPages.goOn(journey);
      }
      if (interaction.prompt.name === 'select_account') return selectAccount.show(journey);
      if (interaction.prompt.name === 'may_use') return mayUse.show(journey);
      if (interaction.prompt.name === 'required_step') return requiredStep.show(journey);
      if (interaction.prompt.name === 'consent') return consent.show(journey);
      return lost(ctx, interaction.uid);
    }),

    /** The page of the step that it is at. */
    home: (ctx: RouteContext): string => addressOf(config, ctx.params.uid ?? '', ctx.query.app)(''),

    back: backTo(''),
    backToIdentity: backTo('identity'),

    login: step(only('login', login.finish)),

    selectAccount: step(only('select_account', selectAccount.stay)),

    requiredStep: step(only('required_step', requiredStep.finish)),

    consent: step(only('consent', consent.finish)),

    /** The pages of the other ways, and of adding one right here. */
    showMethod: step(only('login', withLocale(methodPages.showMethod))),
    finishMethod: step(only('login', methodPages.finishMethod)),

    /** Back from where a method had led, with what its route has handed on. A second time the sign-in page says that it is over. */
    comeBack: async (ctx: RouteContext): Promise<void> => {
      const answer = returns.take(ctx);
      const handle = answer ? methodPages.comeBack(answer) : async (journey: Journey) => journey.go('');
      await step(only('login', handle), waitingApp.sign)(ctx);
    },

    showEnrolment: step(only('login', withLocale(enrolmentPages.show))),
    finishEnrolment: step(only('login', enrolmentPages.finish)),
    later: step(only('login', enrolmentPages.later)),

    /** For who is proved elsewhere, and is nobody here yet. */
    showIdentity: step(only('login', withLocale(identity.show))),
    answerIdentityCode: step(only('login', identity.answerCode)),
    sendIdentityCode: step(only('login', identity.sendAgain)),
    connectIdentity: step(only('login', identity.connect)),
    createOfIdentity: step(only('login', identity.create)),
    dropIdentity: step(only('login', identity.drop)),

    /** For who has none of what is asked for any more. */
    showLostDevice: step(only('login', withLocale(deps.lostDeviceSteps.show))),
    askLostDevice: step(only('login', deps.lostDeviceSteps.ask)),

    /** The challenge for the login page, and the offer to save a passkey. */
    passkeyOptions: step(only('login', passkey.options)),
    showPasskeyOffer: step(only('login', withLocale(passkey.showOffer))),
    passkeyOfferOptions: step(only('login', passkey.offerOptions)),
    finishPasskeyOffer: step(only('login', passkey.finishOffer)),

    /** The offer of another way, for who made their account with a mailbox alone. */
    showMoreWays: step(only('login', withLocale(deps.moreWaysSteps.show))),
    finishMoreWays: step(only('login', deps.moreWaysSteps.finish)),
    moreWaysOptions: step(only('login', deps.moreWaysSteps.options)),
    showMoreWaysPassword: step(only('login', withLocale(deps.moreWaysSteps.showPassword))),
    finishMoreWaysPassword: step(only('login', deps.moreWaysSteps.finishPassword)),

    /**
     * Another person wants to go on. Nobody is signed out until that person has proved who they are: at the login step
     * the address opens; from any other the request asks for a login again, of whom it may be.
     */
    switchPerson: step(async (journey) => {
      const { interaction } = journey;
      if (interaction.prompt.name === 'login') {
        await forget(interaction);
        return journey.go('');
      }
      // Whatever the request asks before a login is answered by that.
      const another: SelectedAccount = { another: true };
      interaction.result = { switch: true, create: {}, select_account: another };
      await interaction.persist();
      resume(journey);
    }),

    /**
     * Back to the app, which is told `access_denied` (RFC 6749 §4.1.2.1), or that it was not whom it insists on. Who has
     * proved nothing is nobody whose going would have to be known for a year: it is counted, and the audit has it once
     * there is a person.
     */
    cancel: step(async (journey) => {
      const { ctx, interaction, client } = journey;
      interaction.result = wasRefusedAsOther(interaction)
        ? // OpenID Connect Core §3.1.2.1, of id_token_hint: no answer for another person, but an error.
          { error: 'login_required', error_description: 'another person signed in than the one asked for' }
        : {
            error: 'access_denied',
            error_description:
              interaction.prompt.name === 'may_use'
                ? 'the person may not use this app'
                : 'the person went back',
          };
      const userId = provedIn(interaction, clock.now())?.userId ?? interaction.session?.accountId;
      await interaction.persist();
      metrics.count('gatehouse_interaction_cancels_total', { step: interaction.prompt.name });
      if (userId !== undefined) {
        await audit.record(signInCancelled, {
          outcome: 'refused',
          actor: { type: 'person', id: userId },
          userId,
          clientId: client.id,
          detail: { step: interaction.prompt.name },
          request: requestInfo(ctx),
        });
      }
      resume(journey);
    }),
  };

  /** The address of a form, opened as a page: after a refusal, by the language menu or a reload. */
  function backTo(page: string) {
    return async (ctx: RouteContext): Promise<void> => {
      const { app, ui_locales: uiLocales } = ctx.query;
      const here = addressOf(config, ctx.params.uid ?? '', app)(page);
      seeOther(ctx, typeof uiLocales === 'string' ? withQuery(here, { ui_locales: uiLocales }) : here);
    };
  }

  /** `sign`: for an address that does not bring the name of the app. */
  function step(handle: Handler, sign?: WaitingApp['sign']) {
    return async (ctx: RouteContext): Promise<void> => {
      const uid = ctx.params.uid ?? '';
      const found = await oidc.findInteraction(ctx, uid);
      if (found.is === 'elsewhere') return elsewhere(ctx, found);
      // Expired, resumed already, or its session has ended or changed hands.
      if (found.is === 'gone') return lost(ctx, uid);
      const { interaction } = found;
      const client = await clients.find(String(interaction.params.client_id));
      if (!client) return lost(ctx, uid);
      const journey = journeys.begin(ctx, interaction, client, await sign?.(uid, client.id));
      speakFor(journey);
      try {
        await handle(journey);
      } catch (error) {
        // It was ended while this request ran, and is not written back.
        const { errors } = await import('oidc-provider');
        if (error instanceof errors.SessionNotFound) return lost(ctx, uid);
        throw error;
      }
    };
  }

  function withLocale(handle: Handler): Handler {
    return async (journey) => {
      await rememberLocale(journey);
      await handle(journey);
    };
  }

  /** A form of an older step shows the step that it is at now. */
  function only(prompt: string, handle: Handler): Handler {
    return async (journey) => {
      if (journey.interaction.prompt.name === prompt) return handle(journey);
      journey.go('');
    };
  }

  /** Signed in meanwhile in another tab: this one goes on without asking again. Tried once, so that it ends. */
  async function goesOnAlready(journey: Journey): Promise<boolean> {
    const { interaction } = journey;
    const { prompt, lastSubmission, session } = interaction;
    const isFirstSignIn =
      prompt.name === 'login' && prompt.reasons.every((reason) => NO_SESSION.has(reason)) && !session;
    if (!isFirstSignIn || lastSubmission?.wentOn === true) return false;
    if (!(await journey.session())) return false;
    interaction.result = { ...submitted(interaction), wentOn: true };
    await interaction.persist();
    resume(journey);
    return true;
  }

  function speakFor({ ctx, interaction: { params } }: Journey): void {
    const uiLocales = typeof params.ui_locales === 'string' ? params.ui_locales : undefined;
    if (typeof ctx.query.ui_locales === 'string' || uiLocales === undefined) return;
    const cookie = readCookie(ctx.req, cookieNames(config).locale);
    const acceptLanguage = ctx.get('Accept-Language');
    requestInfo(ctx).locale = i18n.choose({ uiLocales, ...(cookie ? { cookie } : {}), acceptLanguage });
  }

  /** A choice in the language menu holds for the rest of this sign-in, above what the app asked for, and in this browser. */
  async function rememberLocale({ ctx, interaction }: Journey): Promise<void> {
    if (typeof ctx.query.ui_locales !== 'string') return;
    const { locale } = requestInfo(ctx);
    setHostCookie(ctx.res, config, cookieNames(config).locale, locale, ONE_YEAR_SECONDS);
    if (interaction.params.ui_locales === locale) return;
    interaction.params.ui_locales = locale;
    await interaction.persist();
  }
}

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Reasons that a sign-in in another tab does away with. If it was not strong enough, the policy asks again. */
const NO_SESSION = new Set(['no_session', 'level_missing']);
