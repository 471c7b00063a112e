import type { Access } from './access/access.ts';
import type { ClientProperties, Clients } from './clients/clients.ts';
import type { SweptStep, SweptTable } from './database/sweeper.ts';
import { commandsOf, type Deed } from './deeds/deeds.ts';
import type { Pages } from './http/page.ts';
import type { Route } from './http/routes.ts';
import type { Keys, SealedColumn } from './keys/keys.ts';
import type { Job } from './lib/job.ts';
import type { PersonalData } from './lib/personal-data.ts';
import type { Methods } from './methods/methods.ts';
import type { MethodPlugIn } from './methods/plug-in.ts';
import type { ClaimSource, Oidc } from './oidc/oidc.ts';
import type { Platform } from './platform.ts';
import type { RequiredStepPlugIn } from './required-steps/required-steps.ts';
import type { ResourceServers } from './resource-servers/resource-servers.ts';
import type { Users } from './users/users.ts';

/** What the front door of a folder may bring beside what others call. Nothing of it is listed a second time. */
export type Contribution = {
  /** Addresses of its own. */
  readonly routes?: readonly Route[];
  /** Tables whose rows run out, and what else the sweeper does in small batches. */
  readonly sweeps?: readonly SweptTable[];
  readonly sweepSteps?: readonly SweptStep[];
  /** What the export of a person tells of its tables. */
  readonly personalData?: PersonalData;
  /** What is done again and again while the server runs. */
  readonly jobs?: readonly Job[];
};

/** What a noun that is plugged in may take; it says itself which of it. */
export type NounDeps = Platform & {
  users: Users;
  keys: Keys;
  clients: Clients;
  resourceServers: ResourceServers;
  methods: Methods;
  pages: Pages;
  oidc: Oidc;
  access: Access;
};

/** A noun on which nothing else stands: its folder exports this, and `BUILT_IN_NOUNS` has a line for it. */
export type NounPlugIn = {
  /** As in the names of its deeds, which are given what `create` makes by this name, beside `NounDeps`. */
  readonly name: string;
  readonly deeds: readonly Deed[];
  readonly sealedColumns?: readonly SealedColumn[];
  create(deps: NounDeps): Contribution;
};

/** What a whole Gatehouse is made of beside what `createApp` names: lists, of which each entry is one line. */
export type PlugIns = {
  /** Ways to sign in. */
  methods: readonly MethodPlugIn[];
  /** What can be said of a client. */
  clientProperties: ClientProperties;
  /** Where claims of a person come from; the first one is always read. */
  claimSources: readonly ClaimSource[];
  /** What can be demanded of people before an app gets anything. */
  requiredSteps: readonly RequiredStepPlugIn[];
  /** Nouns on which nothing else stands. */
  nouns: readonly NounPlugIn[];
};

/** The nouns of every Gatehouse; `built-in.ts` has the rest. */
export const BUILT_IN_NOUNS: readonly NounPlugIn[] = []; // at most those that are written here

/** Makes the nouns: what they bring, and their commands. */
export function createNouns(plugIns: readonly NounPlugIn[], deps: NounDeps) {
  const made = plugIns.map((plugIn) => ({ ...plugIn, brings: plugIn.create(deps) }));
  return {
    bring: made.map(({ brings }) => brings),
    commands: made.flatMap(({ name, deeds, brings }) =>
      commandsOf(deeds, { ...deps, [name]: brings } as never),
    ),
  };
}

/** Puts together what the folders bring, in their order. Throws when two of them tell of the same table. */
export function gather(modules: readonly Contribution[]) {
  const personalData: Record<string, readonly string[]> = {}; // at most one for each table
  for (const [table, columns] of modules.flatMap((each) => Object.entries(each.personalData ?? {}))) {
    if (personalData[table]) throw new Error(`two folders tell of the table ${table}`);
    personalData[table] = columns;
  }
  return {
    routes: modules.flatMap(({ routes = [] }) => routes),
    sweeps: modules.flatMap(({ sweeps = [] }) => sweeps),
    sweepSteps: modules.flatMap(({ sweepSteps = [] }) => sweepSteps),
    jobs: modules.flatMap(({ jobs = [] }) => jobs),
    personalData: personalData as PersonalData,
  };
}
