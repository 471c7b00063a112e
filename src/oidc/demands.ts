import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { Roles } from '../roles/roles.ts';
import type { OidcConfig } from './config.ts';
import {
  type Demand,
  freshOf,
  isProvedBy,
  type Levels,
  missing,
  type ProvedStep,
  type SecondFactorRule,
  type SecondFactorThen,
  type Strength,
} from './levels.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { SecondFactorPerson, SecondFactorStore } from './store.ts';

/** What an authorization request says about how sure we must be (OpenID Connect Core §3.1.2.1, §5.5.1.1). */
export type AskedLevel = {
  acrValues?: string | undefined;
  /** `claims.id_token.acr`, as it was sent. */
  acrClaim?: unknown;
};

export type DemandsDeps = {
  levels: Levels;
  config: Pick<OidcConfig, 'secondFactor' | 'secondFactorLater'>;
  store: SecondFactorStore;
  clock: Clock;
  roles: Pick<Roles, 'requirementsOf'>;
  clients: {
    find(id: string): Promise<{ settings: { level?: string; secondFactor?: SecondFactorRule } } | undefined>;
  };
  resourceServers: { find(identifier: string): Promise<{ level?: string } | undefined> };
  methods: {
    list(): readonly {
      id: string;
      isSecondFactor: boolean;
      /** Whether it is a whole sign-in by itself. Having it demands nothing more. */
      identifies: boolean;
      isFallback: boolean;
      isEnrolled(userId: string): Promise<boolean>;
      /** Of one that is a whole sign-in: whether what this person has of it is none. */
      isSecondOnly?(userId: string): Promise<boolean>;
    }[];
    listEnrolled(userId: string): Promise<readonly { method: string; createdAt: number }[]>;
  };
  isRemembered(ctx: { req: IncomingMessage }, userId: string): Promise<boolean>;
  ahead: ReadAhead;
};

/** The operator's word about one person, and how often they put adding a second factor off. */
export type PersonDemand = SecondFactorPerson & {
  /** A role of theirs demands a second factor. */
  byRole?: true;
};

export type Demands = ReturnType<typeof createDemands>;

/**
 * What is demanded of a person: the strongest level that the request, the app or its resource servers ask for, and the
 * rule for the second factor, of which the most particular one holds: the person's, that of a role, the app's, the
 * deployment's.
 */
export function createDemands(deps: DemandsDeps) {
  const { levels, config, store, clock, clients, resourceServers, methods, ahead } = deps;

  return {
    /** The level that this request must reach. `unmet`: it insists on levels that there are none of. */
    async level(
      asked: AskedLevel,
      clientId: string,
      resources: readonly string[],
    ): Promise<string | undefined | 'unmet'> {
      const wanted: string[] = [];
      const byRequest = levels.weakest((asked.acrValues ?? '').split(' '));
      if (byRequest !== undefined) wanted.push(byRequest);

      const { values, isEssential } = claimed(asked.acrClaim);
      const byClaim = levels.weakest(values);
      if (byClaim !== undefined) wanted.push(byClaim);
      else if (isEssential && values.length > 0) return 'unmet';

      const client = await clients.find(clientId);
      const servers = await Promise.all(resources.map((identifier) => resourceServers.find(identifier)));
      for (const level of [client?.settings.level, ...servers.map((server) => server?.level)]) {
        // A level that was taken out of the matrix since: the strongest there is, rather than none.
        if (level !== undefined) wanted.push(levels.isKnown(level) ? level : (levels.names.at(-1) ?? level));
      }
      return levels.strongest(wanted);
    },

    /** Begins what `lacks` reads of a person. */
    readAhead(req: IncomingMessage, userId: string): void {
      ahead.begin(req, ['rule', userId], () => findPerson(userId));
      for (const method of methods.list()) {
        if (isAsked(method))
          ahead.begin(req, ['enrolment', method.id, userId], () => method.isEnrolled(userId));
      }
    },

    /** What is particular about one person; nothing of most. */
    find: findPerson,

    ruleFor,

    /** How often this person may still put off adding a second factor. */
    laterLeftFor,

    /** Whether one of these is asked of whoever has it. */
    isAmong: (methods: readonly AskedMethod[]): boolean => methods.some(isAsked),

    async secondFactor(userId: string, clientId: string, req?: IncomingMessage): Promise<SecondFactorRule> {
      const person = await ahead.take(req, ['rule', userId], () => findPerson(userId));
      return person?.rule ?? ruleFor(person, (await clients.find(clientId))?.settings);
    },

    hasSecondFactor: (userId: string): Promise<boolean> => hasSecondFactor(userId),

    /** How often this person may still put off adding a second factor. */
    laterLeft: async (userId: string): Promise<number> => laterLeftFor(await store.find(userId)),

    /** Puts it off once. False when that was done too often already. */
    putOff: (userId: string): Promise<boolean> =>
      store.putOff(userId, { atMost: config.secondFactorLater, now: clock.now() }),

    /** The operator's word about one person; nothing takes it back. */
    setRule: (userId: string, rule: SecondFactorRule | undefined): Promise<void> =>
      store.setRule(userId, rule),
    findRule: async (userId: string): Promise<SecondFactorRule | undefined> =>
      (await store.find(userId))?.rule,

    isRemembered: deps.isRemembered,

    /** Whether the steps of the last minutes prove as much as a change in the account asks for. */
    isProvedLately: (steps: readonly ProvedStep[], strength: Strength): boolean =>
      isProvedBy(freshOf(steps, clock.now()), strength, levels),

    /**
     * What a session lacks for this app, if anything. What the person added after they signed in is asked for at the
     * next sign-in; a sign-in that put adding off stays good.
     */
    async lacks(
      ctx: { req: IncomingMessage },
      { userId, clientId, steps, signedInAt, level, secondFactor }: SessionFacts,
    ): Promise<'level' | 'second_factor' | undefined> {
      const demand: Demand = {
        secondFactor: await this.secondFactor(userId, clientId, ctx.req),
        ...defined({ level }),
      };
      const known = { steps, demand, levels };
      const atWorst = missing({ ...known, hasSecondFactor: true, isRemembered: false });
      if (atWorst !== 'second_factor') return atWorst;
      const has =
        secondFactor === undefined
          ? await hadSecondFactor(userId, signedInAt, ctx.req)
          : secondFactor === 'had' && (await hasSecondFactor(userId, ctx.req));
      const lack = missing({
        ...known,
        hasSecondFactor: has,
        isRemembered: has && (await deps.isRemembered(ctx, userId)),
      });
      if (lack === undefined || has) return lack;
      if (secondFactor !== undefined) return secondFactor === 'put_off' ? undefined : lack;
      const putOffAt = (await store.find(userId))?.putOffAt ?? Number.NEGATIVE_INFINITY;
      return putOffAt >= wholeSecond(signedInAt) ? undefined : lack;
    },
  };

  async function findPerson(userId: string): Promise<PersonDemand | undefined> {
    const [person, ofRoles] = await Promise.all([store.find(userId), deps.roles.requirementsOf(userId)]);
    return ofRoles.includes(BY_ROLE) ? { putOff: 0, ...person, byRole: true } : person;
  }

  /** The most particular rule holds: the person's, that of a role, the app's, the deployment's. */
  function ruleFor(
    person: PersonDemand | undefined,
    client: { secondFactor?: SecondFactorRule } | undefined,
  ): SecondFactorRule {
    return person?.rule ?? (person?.byRole ? 'required' : (client?.secondFactor ?? config.secondFactor));
  }

  function laterLeftFor(person: PersonDemand | undefined): number {
    return Math.max(0, config.secondFactorLater - (person?.putOff ?? 0));
  }

  /** Whether the person has something that is asked of whoever has it. */
  async function hasSecondFactor(userId: string, req?: IncomingMessage): Promise<boolean> {
    for (const method of methods.list()) {
      if (!isAsked(method)) continue;
      if (await ahead.take(req, ['enrolment', method.id, userId], () => method.isEnrolled(userId)))
        return true;
    }
    for (const method of methods.list()) if (await method.isSecondOnly?.(userId)) return true;
    return false;
  }

  /**
   * Whether the person had a second factor when they signed in at `by`. For sessions of earlier releases, which do not
   * store it: it is told from when the person's credentials were made.
   */
  async function hadSecondFactor(userId: string, by: number, req: IncomingMessage): Promise<boolean> {
    if (!(await hasSecondFactor(userId, req))) return false;
    const enrolled = await methods.listEnrolled(userId);
    for (const method of methods.list()) {
      if (!isAsked(method) || !(await method.isEnrolled(userId))) continue;
      const own = enrolled.filter((each) => each.method === method.id);
      if (own.length === 0 || own.some(({ createdAt }) => createdAt < wholeSecond(by) + 1000)) return true;
    }
    return false;
  }
}

/** What a role demands (`roles update --require`). */
const BY_ROLE = 'second-factor';

/**
 * A passkey that was saved, perhaps by the browser itself, to skip the password must not shut out the person who comes
 * with the password from a device that has no copy of it. Where two factors are demanded, it is one of them.
 */
const isAsked = (method: AskedMethod) => method.isSecondFactor && !method.isFallback && !method.identifies;

type AskedMethod = { isSecondFactor: boolean; isFallback: boolean; identifies: boolean };

export type SessionFacts = {
  userId: string;
  clientId: string;
  steps: readonly ProvedStep[];
  /** Milliseconds; of whole seconds, as the session keeps it. */
  signedInAt: number;
  level?: string | undefined;
  /** Absent: the session is from an earlier release. */
  secondFactor?: SecondFactorThen | undefined;
};

const wholeSecond = (at: number) => Math.floor(at / 1000) * 1000;

function claimed(claim: unknown): { values: string[]; isEssential: boolean } {
  if (typeof claim !== 'object' || claim === null) return { values: [], isEssential: false };
  const { essential, value, values } = claim as Record<string, unknown>;
  // A value beside values is one of them, where it is essential (`asked-claims.ts`): then that one is meant.
  const all = typeof value === 'string' ? [value] : Array.isArray(values) ? values : [];
  return {
    values: all.filter((each): each is string => typeof each === 'string'),
    isEssential: essential === true,
  };
}
