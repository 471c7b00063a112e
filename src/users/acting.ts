import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import { asOption, type Deed, deedInvalid } from '../deeds/deeds.ts';
import type { ChangedBy } from '../lib/actor.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import { isPlainText } from '../lib/text.ts';
import { deedRefused } from './events.ts';

/** What deeds have in common that act on a person, whichever folder declares them. */

/** Who it is done to. */
export const userReference = asOption(z.string(), { value: 'id|email|username' }).describe(
  'The user, by id, e-mail address or username.',
);

/** Why it is done, where somebody acts on a person. */
export const reasonForAudit = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine(isPlainText, 'must be one line without control characters')
  .optional()
  .describe('The reason, for the audit. It is kept when the person is deleted, so name nobody.');

type RefusalDeps = {
  users: { findAny(named: string): Promise<{ id: string } | undefined> };
  audit: Pick<Audit, 'record'>;
};

/** The same deed, of which the audit also says when it was refused: who wanted what, and the error's code. */
export function auditingRefusals<Needs extends RefusalDeps>(deed: Deed<Needs>): Deed<Needs> {
  if (!deed.permission.endsWith(':write')) return deed;
  return {
    ...deed,
    async run(deps, input, by, surroundings) {
      try {
        return await deed.run(deps, input, by, surroundings);
      } catch (error) {
        if (error instanceof GatehouseError && error.code !== deedInvalid.code)
          await recordRefusal(deps, deed.name, input, by, error.code);
        throw error;
      }
    },
  };
}

async function recordRefusal(
  { users, audit }: RefusalDeps,
  deed: string,
  input: Readonly<Record<string, unknown>>,
  by: ChangedBy,
  why: string,
): Promise<void> {
  const userId = typeof input.user === 'string' ? (await users.findAny(input.user))?.id : undefined;
  const reason = typeof input.reason === 'string' ? input.reason : undefined;
  await audit.record(deedRefused, {
    outcome: 'refused',
    ...by,
    ...defined({ userId }),
    detail: { deed, why, ...defined({ reason }) },
  });
}
