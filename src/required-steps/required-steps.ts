import type { IncomingMessage } from 'node:http';
import type { ClientSettings } from '../clients/clients.ts';
import { ACCOUNT_CLIENT_ID } from '../clients/clients.ts';
import { commandsOf } from '../deeds/deeds.ts';
import { requestInfo } from '../http/request.ts';
import type { ChangedBy } from '../lib/actor.ts';
import { byPerson } from '../lib/actor.ts';
import { defined } from '../lib/defined.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createReadCache } from '../lib/read-cache.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import type { ProvedStep, Strength } from '../oidc/levels.ts';
import type { Roles } from '../roles/roles.ts';
import type { RequiredStepsConfig } from './config.ts';
import { readDemand } from './demand.ts';
import { requiredStepInvalid, stepNotRequired, tooManyRequired } from './errors.ts';
import { stepDone, stepRequired, stepWaived } from './events.ts';
import { type DemandedBy, judgeDemand } from './judge.ts';
import type {
  Asked,
  Outcome,
  RequiredStep,
  RequiredStepPlugIn,
  StepDeps,
  StepPage,
  Visit,
} from './required-step.ts';
import { createRequiredStepStore, type OwnDemand } from './store.ts';

export { readDemand } from './demand.ts';
export type {
  Asked,
  FieldError,
  Outcome,
  RefusedPage,
  RequiredStep,
  RequiredStepPlugIn,
  StepDeps,
  StepPage,
  Visit,
} from './required-step.ts';

export { listTermsNames } from './terms/store.ts';

export type RequiredSteps = ReturnType<typeof createRequiredSteps>;

export type RequiredStepsDeps = Omit<StepDeps, 'config' | 'clients'> & {
  config: StepDeps['config'] & { requiredSteps: RequiredStepsConfig };
  clients: {
    find(id: string): Promise<{ settings: Pick<ClientSettings, 'requires'> } | undefined>;
  } & StepDeps['clients'];
  roles: Pick<Roles, 'requirementsOf'>;
};

/** What is asked about: who, for which app, and what their session has proved. */
export type Whose = { userId: string; clientId: string; steps: readonly ProvedStep[] };

/** A step that is open. `missingProof`: what must be proved before its page. */
export type OpenStep = { id: string; asked: Asked; missingProof?: Strength };

const MOST_OF_ONE = 50;
const CACHE_MS = 1000;

/** One answer for each person and app that a request asks about. */
const judged = createRequestSlot<Map<string, Promise<OpenStep | undefined>>>('open required step');

/**
 * What people must have done before an app gets anything, and who demands it: the configuration of everybody, an app of
 * its people, a role of those who have it, an operator of one person. It is judged at each authorization, so a session
 * that is there is held as well; refresh tokens are not.
 */
export function createRequiredSteps(plugIns: readonly RequiredStepPlugIn[], deps: RequiredStepsDeps) {
  const { config, db, clock, audit, users, clients, roles, mail } = deps;
  const store = createRequiredStepStore(db);
  // Whether an operator demands anything of anybody: where not, no statement is sent for each person.
  const cache = createReadCache<boolean>({ clock, ttlMs: CACHE_MS });
  const steps = plugIns.map((plugIn) => ({ plugIn, step: plugIn.create(deps) }));

  return {
    ids: plugIns.map(({ id }) => id),
    routes: steps.flatMap(({ step }) => step.routes ?? []),
    sweeps: steps.flatMap(({ step }) => step.sweeps ?? []),
    personalData: Object.assign(
      { required_steps: ['demand', 'created_at'] },
      ...steps.map(({ step }) => step.personalData),
    ) as PersonalData,
    commands: steps.flatMap(({ plugIn, step }) =>
      commandsOf(plugIn.deeds ?? [], { ...deps, [plugIn.id]: step } as never),
    ),

    /** The first one that is open for this person and app; read once in a request. */
    openFor(req: IncomingMessage, whose: Whose): Promise<OpenStep | undefined> {
      const known = judged.get(req) ?? new Map<string, Promise<OpenStep | undefined>>(); // at most one for each app of a request
      judged.set(req, known);
      const key = `${whose.userId} ${whose.clientId}`;
      const judging = known.get(key) ?? findOpen(whose);
      known.set(key, judging);
      return judging;
    },

    page: ({ id }: Pick<OpenStep, 'id'>, visit: Visit): Promise<StepPage> => stepOf(id).page(visit),

    /** Once it is done, what was demanded of the person alone is settled, and the audit has it. */
    async finish({ id }: Pick<OpenStep, 'id'>, visit: Visit): Promise<Outcome> {
      const begunAt = clock.now();
      const outcome = await stepOf(id).finish(visit);
      const isDone = outcome === 'done' || (typeof outcome === 'object' && 'renewed' in outcome);
      if (!isDone) return outcome;
      const { person, clientId, ctx } = visit;
      const isOnce = plugInOf(id)?.isOnce === true;
      if (isOnce) await store.settle(person.id, id, begunAt);
      await audit.record(stepDone, {
        outcome: 'success',
        ...byPerson(person.id, requestInfo(ctx)),
        userId: person.id,
        ...defined({ clientId }),
        detail: { step: id },
      });
      return outcome;
    },

    /** What is wrong with a demand, to go on after its own words; nothing when it can be made. */
    problemOf,

    /** What is demanded of one person alone and is not done. */
    async listOf(userId: string): Promise<OwnDemand[]> {
      const person = await users.find(userId);
      const all = person ? await store.listOf(userId) : [];
      const isOpen = await Promise.all(
        all.map(({ demand, since }) => {
          const { step: id, detail } = readDemand(demand);
          const step = steps.find(({ plugIn }) => plugIn.id === id)?.step;
          return person && step
            ? step.isOpen({ person, demands: [{ ...defined({ detail }), since }] })
            : false;
        }),
      );
      return all.filter((_, at) => isOpen[at]);
    },

    /** For `users show`. */
    async stepsOf(userId: string) {
      const accepted = await Promise.all(steps.map(({ step }) => step.acceptedBy?.(userId) ?? []));
      return { required: await this.listOf(userId), accepted: accepted.flat() };
    },

    /** Throws `required_steps.invalid` and `required_steps.too_many`. */
    async require(
      userId: string,
      demand: string,
      by: ChangedBy,
      { reason }: { reason?: string | undefined } = {},
    ): Promise<{ isNew: boolean; isOpen: boolean }> {
      const problem = await problemOf(demand, 'person');
      if (problem !== undefined)
        throw requiredStepInvalid({ problems: [{ field: 'step', why: `${demand} ${problem}` }] });
      const held = await store.listOf(userId);
      if (held.length >= MOST_OF_ONE && held.every((each) => each.demand !== demand))
        throw tooManyRequired({ most: MOST_OF_ONE });
      const isNew = await store.save(userId, demand, clock.now());
      cache.clear();
      await audit.record(stepRequired, {
        outcome: 'success',
        ...by,
        userId,
        detail: {
          demand,
          before: { isRequired: !isNew },
          after: { isRequired: true },
          ...defined({ reason }),
        },
      });
      return { isNew, isOpen: (await this.listOf(userId)).some((each) => each.demand === demand) };
    },

    /** Throws `required_steps.not_required`. */
    async waive(
      userId: string,
      demand: string,
      by: ChangedBy,
      { reason }: { reason?: string | undefined } = {},
    ): Promise<void> {
      const gone = await store.delete(userId, demand);
      if (!gone) throw stepNotRequired();
      await audit.record(stepWaived, {
        outcome: 'success',
        ...by,
        userId,
        detail: {
          demand,
          before: { isRequired: true },
          after: { isRequired: false },
          ...defined({ reason }),
        },
      });
    },
  };

  async function findOpen({ userId, clientId, steps: proved }: Whose): Promise<OpenStep | undefined> {
    const demands = await demandsOn(userId, clientId);
    if (demands.length === 0) return undefined;
    const person = await users.find(userId);
    if (!person) return undefined;
    for (const { plugIn, step } of steps) {
      if (clientId === ACCOUNT_CLIENT_ID && !plugIn.holdsAccount) continue;
      const own = demands.filter((each) => each.step === plugIn.id);
      if (own.length === 0) continue;
      const asked = { person, clientId, demands: own.map(({ step: _, ...demand }) => demand) };
      if (!(await step.isOpen(asked))) continue;
      const missingProof = await step.missingProof?.(asked, proved);
      return { id: plugIn.id, asked, ...defined({ missingProof }) };
    }
    return undefined;
  }

  /** From all who demand something. */
  async function demandsOn(userId: string, clientId: string) {
    const [client, ofRoles, own] = await Promise.all([
      clients.find(clientId),
      roles.requirementsOf(userId),
      ownOf(userId),
    ]);
    const ofOthers = [...config.requiredSteps.everywhere, ...(client?.settings.requires ?? []), ...ofRoles];
    return [
      ...[...new Set(ofOthers)].map((text) => readDemand(text)),
      ...own.map(({ demand, since }) => ({ ...readDemand(demand), since })),
    ];
  }

  async function ownOf(userId: string): Promise<OwnDemand[]> {
    return (await cache.read('any', store.hasAny)) ? store.listOf(userId) : [];
  }

  async function problemOf(demand: string, by: DemandedBy): Promise<string | undefined> {
    const settings = { users: config.users, isMailAvailable: mail.isAvailable };
    const problem = judgeDemand(demand, by, plugIns, settings);
    if (problem !== undefined) return problem;
    const { step, detail } = readDemand(demand);
    return stepOf(step).problemOf?.(detail);
  }

  function plugInOf(id: string): RequiredStepPlugIn | undefined {
    return plugIns.find((each) => each.id === id);
  }

  function stepOf(id: string): RequiredStep {
    const found = steps.find(({ plugIn }) => plugIn.id === id);
    if (!found) throw new Error(`no required step is ${id}`);
    return found.step;
  }
}
