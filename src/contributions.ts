import type { SweptStep, SweptTable } from './database/sweeper.ts';
import type { Route } from './http/routes.ts';
import type { Job } from './lib/job.ts';
import type { PersonalData } from './lib/personal-data.ts';

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
