import type { Identity, Stranger } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import { emailKey, type User } from '../users/users.ts';
import type { PendingInteraction } from './deps.ts';
import { PROVED_MS } from './proved.ts';

/**
 * An identity that another provider has proved and that nobody here has yet, while it waits for what becomes of it. Like
 * `Proved` it belongs to one interaction, and so to the browser that began it.
 */
export type PendingIdentity = {
  uid: string;
  identity: Identity & { newcomer: Stranger };
  /** What the proof counts as, once it is somebody's. */
  step: ProvedStep;
  /** The provider's word for the address is not enough to make an account of it: a mail is out. */
  needsMail?: true;
  /** The mail that is out (`mailed-codes`). */
  mailId?: string;
  /** The code of that mail was typed. */
  isEmailProved?: true;
};

export function pendingIn(
  { uid, lastSubmission }: PendingInteraction,
  now: number,
): PendingIdentity | undefined {
  const pending = lastSubmission?.identity as PendingIdentity | undefined;
  return pending?.uid === uid && now - pending.step.at <= PROVED_MS ? pending : undefined;
}

export async function keepPending(
  interaction: PendingInteraction,
  pending: PendingIdentity | undefined,
): Promise<void> {
  const { identity: _, ...others } = interaction.lastSubmission ?? {};
  interaction.lastSubmission = pending ? { ...others, identity: pending } : others;
  await interaction.persist();
}

/** Whether it is certain that who comes reads the mail of the address: the provider says it, or a code of ours was typed. */
export function isAddressProved({ identity, needsMail, isEmailProved }: PendingIdentity): boolean {
  return isEmailProved === true || (identity.newcomer.isEmailVerified && needsMail !== true);
}

/**
 * Whether this may become a way in of that person: theirs alone is the address for which the provider, or our own mail,
 * vouches. Whoever else signs in meanwhile gets nothing of it.
 */
export function mayBeOf(pending: PendingIdentity | undefined, person: Pick<User, 'email'>): boolean {
  if (!pending || !isAddressProved(pending)) return false;
  return emailKey(pending.identity.newcomer.email) === emailKey(person.email);
}
