import type { Clock } from '../lib/clock.ts';
import type { MethodFacts, Methods } from '../methods/methods.ts';
import { freshOf, isProvedBy, type Levels, type ProvedStep, type Strength } from '../oidc/levels.ts';

export type StrengthDeps = {
  methods: { list(): readonly StrengthFacts[]; areStillGood: Methods['areStillGood'] };
  levels: Pick<Levels, 'levelOf' | 'reaches' | 'strongest'>;
  clock: Clock;
};

/** A change to what an account opens with. Methods by id. */
export type Change = {
  /** A way to sign in that comes to be. */
  adds?: string;
  /** One that is removed, replaced or revealed. */
  touches?: string;
  /** The e-mail address, a copy of everything, the end of the account: as much as the strongest way there is. */
  isWhole?: true;
};

export type Verdict = {
  isEnough: boolean;
  needs: Strength;
  /** What was proved lately by something that the person still has. */
  fresh: readonly ProvedStep[];
  /** What would be enough beside that: one of these combinations, the shortest first. Empty: nothing would. */
  combinations: readonly (readonly string[])[];
};

export type StrengthRule = ReturnType<typeof createStrength>;

/**
 * The strength rule: who changes what an account opens with has proved in the last five minutes, by steps of their own,
 * the strongest of three. The level that the account could reach by what is added; the level of what is removed,
 * replaced or revealed; and two factors whenever the person has a second one. Nobody is asked for more than the account
 * has, so the first credential of a stronger kind is added with what there is.
 */
export function createStrength({ methods, levels, clock }: StrengthDeps) {
  return {
    async judge(userId: string, steps: readonly ProvedStep[], change: Change): Promise<Verdict> {
      const [own, fresh] = await Promise.all([enrolledBy(userId), freshAndGood(userId, steps)]);
      const needs: Strength = {
        level: await levelFor(own, change),
        twoFactors: own.some(isSecondFactor),
      };
      const suffices = (some: readonly ProvedStep[]) => isProvedBy(some, needs, levels);
      const isEnough = suffices(fresh);
      return { isEnough, needs, fresh, combinations: isEnough ? [] : combinationsFor(fresh, own, suffices) };
    },

    /**
     * What must be proved to ask for the removal of what was lost: as much as the account reaches without it, by something
     * that is not lost and is more than the mailbox. Nothing is enough where nobody could sign in afterwards.
     */
    async judgeLoss(userId: string, steps: readonly ProvedStep[], lost: readonly string[]): Promise<Verdict> {
      const [own, all] = await Promise.all([enrolledBy(userId), freshAndGood(userId, steps)]);
      const left = own.filter(({ method }) => !lost.includes(method));
      const fresh = all.filter(({ method }) => !lost.includes(method));
      const needs: Strength = { level: levels.levelOf(left), twoFactors: left.some(isSecondFactor) };
      const suffices = (some: readonly ProvedStep[]) =>
        left.some(({ facts }) => facts.identifies) &&
        some.some(({ kind }) => kind !== 'mailbox') &&
        isProvedBy(some, needs, levels);
      const isEnough = suffices(fresh);
      return { isEnough, needs, fresh, combinations: isEnough ? [] : combinationsFor(fresh, left, suffices) };
    },

    /** Whether these steps were proved in the last five minutes, any one of them: for what only protects an account. */
    isFresh: (steps: readonly ProvedStep[]): boolean => freshOf(steps, clock.now()).length > 0,

    /**
     * What is asked of a person for two factors, beside a password or a mailbox: strongest first, with what stands in for
     * it; nothing when the person has none.
     */
    async secondFactorsOf(userId: string): Promise<string[]> {
      const own = await enrolledBy(userId);
      if (!own.some(isSecondFactor)) return [];
      const factors = own.filter(({ facts, kind }) => facts.isSecondFactor && OF_ITS_OWN.has(kind));
      return factors.sort((a, b) => b.facts.strength - a.facts.strength).map(({ method }) => method);
    },
  };

  /** Never more than the account can reach today. */
  async function levelFor(own: readonly Possible[], { adds, touches, isWhole }: Change) {
    const reachable = levels.levelOf(own);
    const added = adds === undefined ? undefined : methods.list().find(({ id }) => id === adds);
    const others = own.filter(({ method }) => method !== adds);
    const wanted = [
      added && levelBy(added.id, [...others, await possible(added)]),
      touches === undefined ? undefined : levelBy(touches, own),
      isWhole && reachable,
    ].filter((level): level is string => typeof level === 'string');
    const strongest = levels.strongest(wanted);
    if (strongest === undefined || reachable === undefined) return undefined;
    return levels.reaches(own, strongest) ? strongest : reachable;
  }

  /** The strongest level that needs this method: what its combinations reach, and do not reach without it. */
  function levelBy(method: string, all: readonly Possible[]): string | undefined {
    const reached = subsetsOf(all).flatMap((some) => {
      const level = some.some((each) => each.method === method) ? levels.levelOf(some) : undefined;
      const without = some.filter((each) => each.method !== method);
      return level === undefined || levels.reaches(without, level) ? [] : [level];
    });
    return levels.strongest(reached);
  }

  function combinationsFor(
    fresh: readonly ProvedStep[],
    own: readonly Possible[],
    suffices: (some: readonly ProvedStep[]) => boolean,
  ): string[][] {
    const open = own.filter(({ method }) => fresh.every((step) => step.method !== method));
    const enough = subsetsOf(open)
      .filter((some) => suffices([...fresh, ...some]))
      .sort((a, b) => a.length - b.length || strengthOf(b) - strengthOf(a));
    const shortest: Possible[][] = [];
    for (const some of enough) {
      if (!shortest.some((shorter) => shorter.every((each) => some.includes(each)))) shortest.push(some);
    }
    return shortest.map((some) => some.map(({ method }) => method));
  }

  /** A step by something that was changed or removed since proves nothing any more. */
  async function freshAndGood(userId: string, steps: readonly ProvedStep[]): Promise<ProvedStep[]> {
    const fresh = freshOf(steps, clock.now());
    const isGood = await Promise.all(fresh.map((step) => methods.areStillGood(userId, [step])));
    return fresh.filter((_, at) => isGood[at]);
  }

  async function enrolledBy(userId: string): Promise<Possible[]> {
    const all = methods.list();
    const isEnrolled = await Promise.all(all.map((method) => method.isEnrolled(userId)));
    return Promise.all(all.filter((_, at) => isEnrolled[at]).map((method) => possible(method, userId)));
  }
}

type StrengthFacts = Pick<
  MethodFacts,
  'id' | 'identifies' | 'isEnrolled' | 'isSecondFactor' | 'isFallback' | 'strength' | 'atBest'
>;

/** A step that a person could make. */
type Possible = ProvedStep & { facts: StrengthFacts };

async function possible(facts: StrengthFacts, userId?: string): Promise<Possible> {
  return { ...(await facts.atBest(userId)), method: facts.id, at: 0, facts };
}

/** A passkey that the person keeps beside a password is one as well. What only stands in for another is none. */
function isSecondFactor({ facts, kind }: Possible): boolean {
  return facts.isSecondFactor && !facts.isFallback && OF_ITS_OWN.has(kind);
}

/** Kinds of proof that make a second factor: something beside a password (`knowledge`) and a mailbox (`mailbox`). */
const OF_ITS_OWN = new Set<ProvedStep['kind']>(['possession', 'multi']);

/** All subsets but the empty one. `items` are the methods of one person, so few. */
function subsetsOf<Item>(items: readonly Item[]): Item[][] {
  const subsets: Item[][] = [];
  for (const item of items) subsets.push([item], ...subsets.map((each) => [...each, item]));
  return subsets;
}

function strengthOf(some: readonly Possible[]): number {
  return Math.max(...some.map(({ facts }) => facts.strength));
}
