import { areStillGood, enrolledBy, type MethodFacts } from '../methods/methods.ts';
import { freshOf, type ProvedStep } from '../oidc/levels.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction } from './deps.ts';
import type { Journey, SignInFacts, Standing } from './journey.ts';
import { type NextStep, nextStep } from './next-step.ts';
import { mayBeOf, pendingIn } from './pending-identity.ts';
import { provedIn } from './proved.ts';

export type StandingDeps = Pick<
  InteractionDeps,
  'clock' | 'methods' | 'oidc' | 'offeredMethods' | 'hasLocalSignIn' | 'strength'
>;

export type Standings = ReturnType<typeof createStanding>;

/** Where a sign-in stands: what was proved in it, by what still counts, and what it asks for next. */
export function createStanding({
  clock,
  methods,
  oidc,
  offeredMethods,
  hasLocalSignIn,
  strength,
}: StandingDeps) {
  const strongestFirst = [...methods.list()].sort((left, right) => right.strength - left.strength);

  return {
    /** The ways that the deployment and the client offer, strongest first. */
    offered,

    async of(journey: Journey): Promise<Standing> {
      const { ctx, interaction, client } = journey;
      const { facts, ...so } = await provedSoFar(journey);
      if (!facts) return { ...so, next: { kind: 'identify' } };
      const { person } = facts;
      const { steps } = so;
      const { prove } = interaction.prompt.details;
      const usable = enrolledBy(facts);
      const own = offered(client);
      const next = nextStep({
        steps: prove === undefined ? steps : freshOf(steps, clock.now()),
        demand: demandOf(interaction, client, facts),
        levels: oidc.levels,
        // What leads away says who somebody is, and is no second step.
        enrolled: usable.filter(({ leaves }) => !leaves),
        hasSecondFactor: oidc.demands.isAmong(usable),
        enrollable: own.filter(
          ({ id, enrolment }) =>
            enrolment?.isOfferedInFlow === true && usable.every((method) => method.id !== id),
        ),
        isRemembered: mayBeRemembered(interaction) && (await oidc.demands.isRemembered(ctx, person.id)),
        laterLeft: oidc.demands.laterLeftFor(facts.demand),
      });
      const at = { ...so, person };
      if (next.kind === 'done') {
        const may = await beforeConnecting(journey, facts, steps);
        return may.kind === 'identify' ? { ...NOBODY, next: may } : { ...at, next: may };
      }
      if (next.kind === 'second_factor')
        return { ...at, next: { ...next, methodIds: within(next.methodIds, own) } };
      if (next.kind !== 'enrol') return { ...at, next };
      // A change in the account waits for a proof: it is not made weaker by a way that is added for it.
      if (prove !== undefined) return { ...at, next: { kind: 'unmet' } };
      const may = await withStrength(next, person.id, steps);
      // Proved too long ago to add anything by: from the beginning.
      return may.kind === 'identify' ? { ...NOBODY, next: may } : { ...at, next: may };
    },
  };

  /** A way is added inside a sign-in by the rule for every change: else what is missing is proved first. */
  async function withStrength(
    next: Extract<NextStep, { kind: 'enrol' }>,
    userId: string,
    steps: readonly ProvedStep[],
  ): Promise<NextStep> {
    const verdicts = await Promise.all(
      next.methodIds.map(async (methodId) => ({
        methodId,
        ...(await strength.judge(userId, steps, { adds: methodId })),
      })),
    );
    const methodIds = verdicts.filter(({ isEnough }) => isEnough).map(({ methodId }) => methodId);
    if (methodIds.length > 0) return { ...next, methodIds };
    const missing = [...new Set(verdicts.flatMap((verdict) => verdict.combinations.flat()))];
    const isFresh = verdicts.some(({ fresh }) => fresh.length > 0);
    if (missing.length === 0) return { kind: 'unmet' };
    return isFresh ? { kind: 'second_factor', methodIds: missing } : { kind: 'identify' };
  }

  /**
   * Where an identity of elsewhere waits for its connection with this person: that adds a way in, by the same rule. What is
   * missing for it is proved before the sign-in is over.
   */
  async function beforeConnecting(
    { interaction }: Journey,
    { person }: SignInFacts,
    steps: readonly ProvedStep[],
  ): Promise<NextStep> {
    const pending = pendingIn(interaction, clock.now());
    if (!pending || !mayBeOf(pending, person)) return { kind: 'done' };
    const { combinations, fresh } = await strength.judge(person.id, steps, { adds: pending.step.method });
    const missing = [...new Set(combinations.flat())].filter((id) => methods.find(id)?.leaves === false);
    if (missing.length === 0) return { kind: 'done' };
    return fresh.length > 0 ? { kind: 'second_factor', methodIds: missing } : { kind: 'identify' };
  }

  /** Whoever cannot be believed any more has proved nothing: disabled, deleted, or the password was changed since. */
  async function provedSoFar(journey: Journey): Promise<Omit<Standing, 'next'> & { facts?: SignInFacts }> {
    const proved = provedIn(journey.interaction, clock.now());
    const before = await sessionSteps(journey);
    if (proved && (!proved.isStepUp || before?.userId === proved.userId)) {
      const facts = await journey.facts(proved.userId);
      if (!facts || facts.person.disabledAt !== undefined || !areStillGood(facts.own, proved.steps)) {
        return NOBODY;
      }
      if (!mayCount(facts, journey.client, proved.steps)) return { ...NOBODY, isNoAdministrator: true };
      const steps = [...(proved.isStepUp ? (before?.steps ?? []) : []), ...proved.steps];
      return { facts, steps, proved, isStepUp: proved.isStepUp };
    }
    const facts = before && (await journey.facts(before.userId));
    return facts && before ? { facts, steps: before.steps, isStepUp: true } : NOBODY;
  }

  /** What the session has proved, when this interaction only asks for more. */
  async function sessionSteps(journey: Journey) {
    const { prompt, session, lastSubmission } = journey.interaction;
    const asksForMore = prompt.reasons.every((reason) => STEP_UP.has(reason));
    if (!asksForMore || !session || lastSubmission?.switch === true) return undefined;
    const current = await journey.session();
    return current?.uid === session.uid && current.userId === session.accountId ? current : undefined;
  }

  function demandOf({ prompt }: PendingInteraction, client: ClientForPages, { demand }: SignInFacts) {
    const { level, prove } = prompt.details;
    return {
      secondFactor: prove === 'two' ? ('required' as const) : oidc.demands.ruleFor(demand, client.settings),
      ...(typeof level === 'string' ? { level } : {}),
      isForChange: prove !== undefined,
    };
  }

  function offered(client: ClientForPages): MethodFacts[] {
    return strongestFirst.filter((method) =>
      isLocalOpen(client) ? !method.leaves : isOffered(client, method.id),
    );
  }

  function isOffered({ settings }: ClientForPages, id: string): boolean {
    return (offeredMethods?.includes(id) ?? true) && (settings?.methods?.includes(id) ?? true);
  }

  function isLocalOpen({ isLocal }: ClientForPages): boolean {
    return isLocal === true && hasLocalSignIn;
  }

  /** By `/login?local` come in those who administer; of anybody else only what everybody is offered counts. */
  function mayCount({ person }: SignInFacts, client: ClientForPages, steps: readonly ProvedStep[]): boolean {
    if (!isLocalOpen(client) || person.isAdmin) return true;
    return steps.every(({ method }) => isOffered({ ...client, isLocal: false }, method));
  }
}

const NOBODY = { steps: [], isStepUp: false };

/** Reasons that ask for more of a session and do not doubt it. */
const STEP_UP = new Set(['level_missing', 'second_factor_missing', 'proof_missing', 'step_proof_missing']);

/** Only where nobody is signed in, the app did not insist on being shown the person, and no change waits for a proof. */
function mayBeRemembered({ prompt, session }: PendingInteraction): boolean {
  const isAsked = prompt.reasons.includes('login_prompt') || prompt.details.prove !== undefined;
  return session === undefined && !isAsked;
}

/** Of these ways the offered ones; all, when none of them is: what a person has set up is never skipped. */
function within(methodIds: readonly string[], offered: readonly MethodFacts[]): readonly string[] {
  const some = methodIds.filter((methodId) => offered.some(({ id }) => id === methodId));
  return some.length > 0 ? some : methodIds;
}
