import type { RouteContext } from '../http/routes.ts';
import type { MethodFacts } from '../methods/methods.ts';
import { freshOf, isMultiFactor, type ProvedStep } from '../oidc/levels.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction, PersonForPages } from './interaction.ts';
import { type NextStep, nextStep } from './next-step.ts';
import type { PasskeySteps } from './passkey.ts';
import { type Proved, provedIn, stillBegun } from './proved.ts';
import { resume, type SignIn } from './sign-in.ts';

export type ProgressDeps = Pick<
  InteractionDeps,
  'clock' | 'users' | 'methods' | 'oidc' | 'offeredMethods' | 'strength'
> & {
  signIn: SignIn;
  /** Whether the sign-in, complete as it is, waits for an answer. Then the browser has been sent to the question. */
  interpose: PasskeySteps['interpose'];
};

/** Where a sign-in stands. */
export type Standing = {
  person?: PersonForPages;
  /** Everything that counts: of the session, when this is a step-up, and of this interaction. */
  steps: readonly ProvedStep[];
  proved?: Proved;
  isStepUp: boolean;
  next: NextStep;
};

export type Progress = ReturnType<typeof createProgress>;

/**
 * How a sign-in goes on, step by step, inside one interaction. The provider's session is touched when everything that is
 * demanded is proved, never before, so there is no session that is half signed in.
 */
export function createProgress({
  clock,
  users,
  methods,
  oidc,
  offeredMethods,
  strength,
  signIn,
  interpose,
}: ProgressDeps) {
  return {
    standing,

    /** The ways that the deployment and the client offer, strongest first. */
    offered,

    /**
     * Adds what was just proved, and goes on: to the next step, or to the end. `userId` is the person whom the proof
     * names; of a later step that is the person of the first one, because nobody else's answer is judged there.
     */
    async advance(
      ctx: RouteContext,
      interaction: PendingInteraction,
      client: ClientForPages,
      { userId, steps: added, remember, rememberDevice }: Advance,
    ): Promise<NextStep> {
      const { proved, isStepUp, person } = await standing(ctx, interaction, client);
      if (person !== undefined && person.id !== userId)
        throw new Error('a step was proved by another person');
      const steps = [...(proved?.steps ?? []), ...(await methods.withCredentials(userId, added ?? []))];
      interaction.lastSubmission = {
        ...interaction.lastSubmission,
        begun: stillBegun(interaction, userId, added),
        proved: {
          uid: interaction.uid,
          userId,
          steps,
          isStepUp,
          remember: proved?.remember ?? remember ?? false,
          rememberDevice: (proved?.rememberDevice ?? false) || (rememberDevice ?? false),
        } satisfies Proved,
      };
      const after = await standing(ctx, interaction, client);
      const isOver = after.next.kind === 'done' && !(await waits(ctx, interaction, after));
      // The last proof and the end are written as one: another press of the same form finds neither or both.
      if (isOver) await complete(ctx, interaction, client, after);
      else await interaction.persist();
      return after.next;
    },

    complete,
  };

  /** Everything is proved; something may still be offered before the session begins. */
  async function waits(
    ctx: RouteContext,
    interaction: PendingInteraction,
    { person, steps, proved }: Standing,
  ) {
    const waiting = { steps, ...(proved ? { proved } : {}) };
    return person !== undefined && (await interpose(ctx, interaction, { ...waiting, person }));
  }

  async function standing(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
  ): Promise<Standing> {
    const so = await provedSoFar(ctx, interaction);
    const { person, steps } = so;
    if (!person) return { ...so, next: { kind: 'identify' } };
    // All at once: reads of one turn go out together.
    const [demand, usable, hasSecondFactor, isRemembered, laterLeft] = await Promise.all([
      demandOf(interaction, client, person.id),
      enrolledBy(person.id),
      oidc.demands.hasSecondFactor(person.id),
      mayBeRemembered(interaction) && oidc.demands.isRemembered(ctx, person.id),
      oidc.demands.laterLeft(person.id),
    ]);
    const own = offered(client);
    const { prove } = interaction.prompt.details;
    const next = nextStep({
      steps: prove === undefined ? steps : freshOf(steps, clock.now()),
      demand,
      levels: oidc.levels,
      enrolled: usable,
      hasSecondFactor,
      enrollable: own.filter(
        ({ id, enrolment }) =>
          enrolment?.isOfferedInFlow === true && usable.every((method) => method.id !== id),
      ),
      isRemembered,
      laterLeft,
    });
    if (next.kind === 'second_factor') return { ...so, next: { ...next, ways: within(next.ways, own) } };
    if (next.kind !== 'enrol') return { ...so, next };
    // A change in the account waits for a proof: it is not made weaker by a way that is added for it.
    if (prove !== undefined) return { ...so, next: { kind: 'unmet' } };
    const may = await withStrength(next, person.id, steps);
    // Proved too long ago to add anything by: from the beginning.
    return may.kind === 'identify' ? { steps: [], isStepUp: false, next: may } : { ...so, next: may };
  }

  /** A way is added inside a sign-in by the rule for every change: else what is missing is proved first. */
  async function withStrength(
    next: Extract<NextStep, { kind: 'enrol' }>,
    userId: string,
    steps: readonly ProvedStep[],
  ): Promise<NextStep> {
    const verdicts = await Promise.all(
      next.ways.map(async (way) => ({ way, ...(await strength.judge(userId, steps, { adds: way })) })),
    );
    const ways = verdicts.filter(({ isEnough }) => isEnough).map(({ way }) => way);
    if (ways.length > 0) return { ...next, ways };
    const missing = [...new Set(verdicts.flatMap((verdict) => verdict.ways.flat()))];
    const isFresh = verdicts.some(({ fresh }) => fresh.length > 0);
    if (missing.length === 0) return { kind: 'unmet' };
    return isFresh ? { kind: 'second_factor', ways: missing } : { kind: 'identify' };
  }

  /** Whoever cannot be believed any more has proved nothing: disabled, deleted, or the password was changed since. */
  async function provedSoFar(
    ctx: RouteContext,
    interaction: PendingInteraction,
  ): Promise<Omit<Standing, 'next'>> {
    const nobody = { steps: [], isStepUp: false };
    const proved = provedIn(interaction, clock.now());
    const before = await sessionSteps(ctx, interaction);
    if (proved && (!proved.isStepUp || before?.userId === proved.userId)) {
      const [person, areStillGood] = await Promise.all([
        users.find(proved.userId),
        methods.areStillGood(proved.userId, proved.steps),
      ]);
      if (!person || person.disabledAt !== undefined || !areStillGood) return nobody;
      const steps = [...(proved.isStepUp ? (before?.steps ?? []) : []), ...proved.steps];
      return { person, steps, proved, isStepUp: proved.isStepUp };
    }
    const person = before && (await users.find(before.userId));
    return person && before ? { person, steps: before.steps, isStepUp: true } : nobody;
  }

  /** What the session has proved, when this interaction only asks for more. */
  async function sessionSteps(ctx: RouteContext, { prompt, session, lastSubmission }: PendingInteraction) {
    const asksForMore = prompt.reasons.every((reason) => STEP_UP.has(reason));
    if (!asksForMore || !session || lastSubmission?.switch === true) return undefined;
    const current = await oidc.sessions.find(ctx);
    return current?.uid === session.uid && current.userId === session.accountId ? current : undefined;
  }

  async function demandOf({ prompt }: PendingInteraction, client: ClientForPages, userId: string) {
    const { level, prove } = prompt.details;
    const rule = await oidc.demands.secondFactor(userId, client.id);
    return {
      secondFactor: prove === 'two' ? ('required' as const) : rule,
      ...(typeof level === 'string' ? { level } : {}),
    };
  }

  /** What this person could use as a further step, strongest first. */
  async function enrolledBy(userId: string): Promise<MethodFacts[]> {
    const all = byStrength(methods.list());
    const isEnrolled = await Promise.all(all.map((method) => method.isEnrolled(userId)));
    return all.filter((_, index) => isEnrolled[index]);
  }

  function offered(client: ClientForPages): MethodFacts[] {
    const ofClient = client.settings?.methods;
    return byStrength(methods.list()).filter(
      ({ id }) => (offeredMethods?.includes(id) ?? true) && (ofClient?.includes(id) ?? true),
    );
  }

  async function complete(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    { person, steps, proved, isStepUp, hasPutOff = false }: Omit<Standing, 'next'> & { hasPutOff?: boolean },
  ): Promise<void> {
    if (!person) throw new Error('nobody has signed in');
    // Pressed again before the browser went on: one sign-in is remembered, mailed about and recorded once.
    if (isSignedIn(interaction, person.id)) return resume(ctx, interaction);
    await signIn(ctx, interaction, client, {
      userId: person.id,
      steps,
      made: proved?.steps ?? [],
      remember: isStepUp || (proved?.remember ?? false),
      rememberDevice: (proved?.rememberDevice ?? false) && isMultiFactor(steps),
      hasPutOff,
    });
  }
}

export type Advance = {
  userId: string;
  /** Absent when something was settled without a proof. */
  steps?: readonly ProvedStep[];
  remember?: boolean;
  rememberDevice?: boolean;
};

/** Reasons that ask for more of a session and do not doubt it. */
const STEP_UP = new Set(['level_missing', 'second_factor_missing', 'proof_missing']);

/** Only where nobody is signed in, the app did not insist on being shown the person, and no change waits for a proof. */
function mayBeRemembered({ prompt, session }: PendingInteraction): boolean {
  const isAsked = prompt.reasons.includes('login_prompt') || prompt.details.prove !== undefined;
  return session === undefined && !isAsked;
}

function isSignedIn({ result }: PendingInteraction, userId: string): boolean {
  const login = result?.login as { accountId?: unknown } | undefined;
  return login?.accountId === userId;
}

function byStrength(methods: readonly MethodFacts[]): MethodFacts[] {
  return [...methods].sort((left, right) => right.strength - left.strength);
}

/** Of these ways the offered ones; all, when none of them is: what a person has set up is never skipped. */
function within(ways: readonly string[], offered: readonly MethodFacts[]): readonly string[] {
  const some = ways.filter((way) => offered.some(({ id }) => id === way));
  return some.length > 0 ? some : ways;
}
