import type { Database } from '../database/database.ts';
import { listTermsNames, readDemand } from '../required-steps/required-steps.ts';
import { type Finding, isTableMissing, problem } from './finding.ts';

/** Terms that the configuration demands of everybody, and that nobody is asked for, as there are none of that name. */
export async function checkRequiredSteps(
  { requiredSteps: { everywhere } }: { requiredSteps: { everywhere: readonly string[] } },
  db: Database,
): Promise<Finding[]> {
  const demanded = everywhere
    .map(readDemand)
    .flatMap(({ step, detail }) => (step === 'terms' && detail ? [detail] : []));
  if (demanded.length === 0) return [];
  const names = await listTermsNames(db).catch((error: unknown) => {
    // Migrations that wait are a finding of their own.
    if (isTableMissing(error)) return demanded;
    throw error;
  });
  const missing = demanded.filter((name) => !names.includes(name));
  if (missing.length === 0) return [];
  return [
    problem('warning', 'required_steps.terms', {
      what: `requiredSteps.everywhere demands terms that do not exist: ${missing.join(', ')}.`,
      why: 'Nobody is asked to accept them.',
      action: 'Create them (`gatehouse terms create <name>`), or remove them from the setting.',
    }),
  ];
}
