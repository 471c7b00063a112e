/** One thing that a person has proved: by which method, what it means (RFC 8176), of what kind it is, and when (ms). */
export type ProvedStep = {
  method: string;
  amr: readonly string[];
  kind: 'knowledge' | 'possession' | 'mailbox' | 'federated' | 'multi';
  at: number;
  /** When the newest credential was made that it can have used, by the clock of the node that made it. */
  credentialAt?: number;
  /** With another device than the one that signs in. */
  isElsewhere?: true;
  /** There may be a copy of what it was made with: a change in the account asks for another step beside it. */
  isDoubted?: true;
  /** Elsewhere, by a provider (`slug` is its part of addresses), as whom, and in which session there. */
  via?: { slug: string; provider: string; subject: string; sid?: string };
};

/**
 * What a sign-in found of a second factor: the person had one that is asked of whoever has it, had none, or put adding
 * one off. Its session keeps it: the clocks of two nodes do not tell what came first, the sign-in or the factor.
 */
export type SecondFactorThen = 'had' | 'none' | 'put_off';

/** One row of the matrix: a value of `acr`, and the combinations that prove it, each a list of things that must all be. */
export type LevelRow = { acr: string; provedBy: readonly (readonly string[])[] };

export type Levels = ReturnType<typeof createLevels>;

/** The matrix of levels, weakest first. Who has reached a row has reached the rows above it. */
export function createLevels(rows: readonly LevelRow[]) {
  const names = rows.map(({ acr }) => acr);

  return {
    names,
    isKnown: (acr: string): boolean => names.includes(acr),

    /** The strongest level that these steps prove; nothing when they prove none. */
    levelOf(steps: readonly ProvedStep[]): string | undefined {
      return rows.findLast(({ provedBy }) => provedBy.some((all) => provesAll(steps, all)))?.acr;
    },

    reaches(steps: readonly ProvedStep[], acr: string): boolean {
      const reached = this.levelOf(steps);
      return reached !== undefined && names.indexOf(reached) >= names.indexOf(acr);
    },

    isAtLeast: (reached: string, acr: string): boolean => names.indexOf(reached) >= names.indexOf(acr),

    /** Of several levels the weakest, which is what is meant by "one of these". */
    weakest: (levels: readonly string[]): string | undefined => names.find((name) => levels.includes(name)),

    /** Of several levels the strongest, which satisfies everybody who asked. */
    strongest: (levels: readonly string[]): string | undefined =>
      names.findLast((name) => levels.includes(name)),
  };
}

/**
 * Something that the person has, and something they know or read; or both in one. A mailbox and a password are not
 * two: who reads the mail can have the password reset. Nor is what another provider says: it may rest on either.
 */
export function isMultiFactor(steps: readonly Pick<ProvedStep, 'kind'>[]): boolean {
  const kinds = new Set(steps.map(({ kind }) => kind));
  const isOther = BESIDE_POSSESSION.some((kind) => kinds.has(kind));
  return kinds.has('multi') || (kinds.has('possession') && isOther);
}

const BESIDE_POSSESSION = ['knowledge', 'mailbox', 'federated'] as const;

/** Whether there may be a copy of everything that these were made with: another way must be proved beside it. */
export function isInDoubt(steps: readonly Pick<ProvedStep, 'isDoubted'>[]): boolean {
  return steps.every(({ isDoubted }) => isDoubted === true);
}

/** What is demanded of whoever signs in to this app now. */
export type Demand = {
  /** The level that the app, the resource server or the operator wants. */
  level?: string;
  secondFactor: SecondFactorRule;
  /** It is for a change in the account. */
  isForChange?: boolean;
};
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number];
export const SECOND_FACTOR_RULES = ['never', 'when_enrolled', 'required'] as const;

/** What these steps lack of what is demanded. A level that is asked for is never satisfied by a remembered browser. */
export function missing({
  steps,
  demand,
  levels,
  hasSecondFactor,
  isRemembered,
}: {
  steps: readonly ProvedStep[];
  demand: Demand;
  levels: Pick<Levels, 'reaches'>;
  /** Whether the person has something that is asked of whoever has it. */
  hasSecondFactor: boolean;
  /** Whether this browser was told not to ask the person for the second factor. */
  isRemembered: boolean;
}): 'level' | 'second_factor' | undefined {
  if (demand.level !== undefined && !levels.reaches(steps, demand.level)) return 'level';
  if (demand.isForChange && isInDoubt(steps)) return 'second_factor';
  if (demand.secondFactor === 'never' || isMultiFactor(steps)) return undefined;
  if (demand.secondFactor === 'when_enrolled' && !hasSecondFactor) return undefined;
  return isRemembered ? undefined : 'second_factor';
}

/** A proof counts for a change for this long, in seconds. */
export const FRESH_SECONDS = 300;

/** The steps that were proved lately. A remembered browser has proved nothing, so it is none of them. */
export function freshOf<Step extends Pick<ProvedStep, 'at'>>(steps: readonly Step[], now: number): Step[] {
  // A time ahead of ours by more than clocks of nodes differ is no time at all.
  return steps.filter(({ at }) => now - at > -60_000 && now - at <= FRESH_SECONDS * 1000);
}

/** What must be proved before a change (access/strength.ts says which change needs what). */
export type Strength = { level?: string | undefined; twoFactors: boolean };

/** Whether these steps, all of them fresh, prove enough for a change. */
export function isProvedBy(
  steps: readonly ProvedStep[],
  { level, twoFactors }: Strength,
  levels: Pick<Levels, 'reaches'>,
): boolean {
  if (steps.length === 0 || isInDoubt(steps) || (twoFactors && !isMultiFactor(steps))) return false;
  return level === undefined || levels.reaches(steps, level);
}

/** `amr` of all steps, each value once; `mfa` when they are two factors (RFC 8176 §2). */
export function amrOf(steps: readonly ProvedStep[]): string[] {
  const values = steps.flatMap(({ amr }) => amr);
  return [...new Set(isMultiFactor(steps) ? [...values, 'mfa'] : values)];
}

function provesAll(steps: readonly ProvedStep[], all: readonly string[]): boolean {
  if (steps.length === 0) return false;
  const proved = new Set(['any', ...amrOf(steps), ...steps.map(({ method }) => method)]);
  return all.every((each) => proved.has(each));
}
