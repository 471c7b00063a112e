import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import type { AttemptInfo, PersonFacts } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import type { User } from '../users/users.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction } from './deps.ts';
import type { NextStep } from './next-step.ts';
import type { Proved } from './proved.ts';

/**
 * One request of a sign-in: the interaction, the app, and where the sign-in stands, which is read once, however many ask.
 * What is remembered here ends with the request; the next one, and the resume in the protocol, read anew.
 */
export type Journey = {
  readonly ctx: RouteContext;
  readonly interaction: PendingInteraction;
  readonly client: ClientForPages;
  /** The address of a step, with the signed name of the app. '' is the page of the step that the sign-in is at. */
  to(step: string): string;
  /** Sends the browser to a step. */
  go(step: string): void;
  /** From where, and for which app, something is tried. */
  attempt(identifier?: string): AttemptInfo;
  /** The live session of this browser. */
  session(): Promise<LiveSession | undefined>;
  /** What is known of a person; nothing of nobody. */
  facts(userId: string): Promise<SignInFacts | undefined>;
  standing(): Promise<Standing>;
  /** `person` was read just now and stands in the place of who was known; where the sign-in stands is asked again. */
  knows(person: User): void;
  /** What the person has was changed: it is read again, and where the sign-in stands is asked again. */
  forget(): void;
};

type LiveSession = NonNullable<Awaited<ReturnType<InteractionDeps['oidc']['sessions']['find']>>>;

/** All that a sign-in reads of a person, as one value. The rules over it are pure. */
export type SignInFacts = PersonFacts & {
  /** What is particular about this person's second factor. */
  demand: Awaited<ReturnType<InteractionDeps['oidc']['demands']['find']>>;
  /** The end of the account is planned. */
  isLeaving: boolean;
};

/** Where a sign-in stands. */
export type Standing = {
  person?: User;
  /** Everything that counts: of the session, when this is a step-up, and of this interaction. */
  steps: readonly ProvedStep[];
  proved?: Proved;
  isStepUp: boolean;
  next: NextStep;
  /** Somebody has proved who they are at a sign-in of administrators, and is none: nothing of it counts. */
  isNoAdministrator?: true;
};

export type JourneysDeps = Pick<InteractionDeps, 'config' | 'methods' | 'isLeaving'> & {
  oidc: {
    sessions: InteractionDeps['oidc']['sessions'];
    demands: Pick<InteractionDeps['oidc']['demands'], 'find'>;
  };
  standingOf(journey: Journey): Promise<Standing>;
};

export function createJourneys({ config, methods, isLeaving, oidc, standingOf }: JourneysDeps) {
  return {
    /** `app`: its signed name, which the address says unless it is given. */
    begin(
      ctx: RouteContext,
      interaction: PendingInteraction,
      found: ClientForPages,
      app: unknown = ctx.query.app,
    ): Journey {
      const client = { ...found, isLocal: isLocal(interaction, found) };
      const to = addressOf(config, interaction.uid, app);
      let session: Promise<LiveSession | undefined> | undefined;
      let known: { userId: string; facts: Promise<SignInFacts | undefined> } | undefined;
      let standing: Promise<Standing> | undefined;
      const journey: Journey = {
        ctx,
        interaction,
        client,
        to,
        go: (step) => seeOther(ctx, to(step)),
        attempt: (identifier) => ({
          request: requestInfo(ctx),
          clientId: client.id,
          ...defined({ identifier }),
        }),
        session: () => {
          session ??= oidc.sessions.find(ctx);
          return session;
        },
        facts: (userId) => {
          if (known?.userId !== userId) known = { userId, facts: read(userId) };
          return known.facts;
        },
        standing: () => {
          standing ??= standingOf(journey);
          return standing;
        },
        // What they have is not read a second time after a proof: the resume reads it before the session begins
        // (oidc/interactions.ts, `forgetOutdatedLogin`), which is after this sign-in was written.
        knows: (person) => {
          const before = known?.userId === person.id ? known.facts : undefined;
          const facts = before?.then((some) => some && { ...some, person }) ?? read(person.id, person);
          known = { userId: person.id, facts };
          standing = undefined;
        },
        forget: () => {
          known = undefined;
          standing = undefined;
        },
      };
      return journey;
    },
  };

  /** All at once: reads of one turn go out together. */
  async function read(userId: string, person?: User): Promise<SignInFacts | undefined> {
    const [facts, demand, leaves] = await Promise.all([
      methods.factsOf(userId, person),
      oidc.demands.find(userId),
      isLeaving(userId),
    ]);
    return facts && { ...facts, demand, isLeaving: leaves };
  }
}

/** Only our own pages have it: an app that says so is shown what it is shown. */
function isLocal({ params }: PendingInteraction, { isBuiltIn }: ClientForPages): boolean {
  return isBuiltIn === true && params.local === '1';
}

/** Paths of the steps of one interaction, which keep the signed name of the app. */
export function addressOf({ base }: { base: string }, uid: string, app: unknown) {
  const query = typeof app === 'string' ? `?${new URLSearchParams({ app })}` : '';
  return (step: string) =>
    `${base}/interaction/${encodeURIComponent(uid)}${step === '' ? '' : `/${step}`}${query}`;
}
