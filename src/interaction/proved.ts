import type { ProvedStep } from '../oidc/levels.ts';
import type { PendingInteraction } from './deps.ts';

/**
 * What a person has proved so far, kept in the interaction itself. It belongs to this interaction and to no other: the
 * library hands what was submitted on to the next one, so it is written under the interaction's own id.
 */
export type Proved = {
  uid: string;
  userId: string;
  /** Proved here; what a session proved before is read from the session each time. */
  steps: readonly ProvedStep[];
  /** Whether they come on top of what the session has proved already. */
  isStepUp: boolean;
  /** "Keep me signed in". */
  remember: boolean;
  /** "Don't ask on this device". */
  rememberDevice: boolean;
  /** The account was made just now. */
  isNew?: boolean;
};

/** An attempt that is open in this interaction: a mail that was sent, a secret that waits for its first code. */
export type Begun = {
  uid: string;
  purpose: 'sign-in' | 'enrolment';
  method: string;
  /** The person for whom it was begun, when that was known. */
  userId?: string;
  attemptId: string;
  show?: Record<string, unknown>;
  identifier?: string;
};

/** As the interaction stores it, under the name that it had from the first. */
type StoredBegun = Omit<Begun, 'attemptId'> & { handle: string };

function toStored({ attemptId, ...begun }: Begun): StoredBegun {
  return { ...begun, handle: attemptId };
}

function begunOf({ lastSubmission }: PendingInteraction): Begun | undefined {
  const stored = lastSubmission?.begun as StoredBegun | undefined;
  if (stored === undefined) return undefined;
  const { handle: attemptId, ...begun } = stored;
  return { ...begun, attemptId };
}

/** Time to find the phone. Afterwards the first step is asked for again. */
export const PROVED_MS = 15 * 60_000;

export function provedIn({ uid, lastSubmission }: PendingInteraction, now: number): Proved | undefined {
  const proved = lastSubmission?.proved as Proved | undefined;
  if (proved?.uid !== uid) return undefined;
  return proved.steps.every(({ at }) => now - at <= PROVED_MS) ? proved : undefined;
}

export function begunIn(
  interaction: PendingInteraction,
  { purpose, method, userId }: Pick<Begun, 'purpose' | 'method' | 'userId'>,
): Begun | undefined {
  const begun = begunOf(interaction);
  const isThis =
    begun?.uid === interaction.uid &&
    begun.purpose === purpose &&
    begun.method === method &&
    begun.userId === userId;
  return isThis ? begun : undefined;
}

/** What stays open after a step: a code that was scanned is not scanned again because the password was asked meanwhile. */
export function stillBegun(
  interaction: PendingInteraction,
  userId: string,
  proved: readonly Pick<ProvedStep, 'method'>[] = [],
): StoredBegun | undefined {
  const begun = begunOf(interaction);
  if (begun?.uid !== interaction.uid || begun.purpose !== 'enrolment' || begun.userId !== userId)
    return undefined;
  return proved.length > 0 && proved.every(({ method }) => method !== begun.method)
    ? toStored(begun)
    : undefined;
}

export async function keep(
  interaction: PendingInteraction,
  { begun }: { begun: Begun | undefined },
): Promise<void> {
  interaction.lastSubmission = { ...interaction.lastSubmission, begun: begun && toStored(begun) };
  await interaction.persist();
}

/** Somebody else wants to go on, or the same person from the beginning. */
export async function forget(interaction: PendingInteraction): Promise<void> {
  interaction.lastSubmission = { ...submitted(interaction), switch: true };
  await interaction.persist();
}

/** Somebody proved who they are, and is not the one on whom the app insists: nothing of it counts. */
export async function refuseAsOther(interaction: PendingInteraction): Promise<void> {
  interaction.lastSubmission = { ...submitted(interaction), refusedOther: interaction.uid };
  await interaction.persist();
}

/** Whether that was the last thing to happen here, so that going back to the app says it. */
export function wasRefusedAsOther({ uid, lastSubmission }: PendingInteraction): boolean {
  return lastSubmission?.refusedOther === uid;
}

/**
 * "Keep me signed in", as it was ticked when the person left the page: what a method has led away from comes back by no form,
 * and a page that is asked for again has none.
 */
export async function keepRemember(interaction: PendingInteraction, isWanted: boolean): Promise<void> {
  if (rememberIn(interaction) === isWanted) return;
  const { uid, lastSubmission } = interaction;
  interaction.lastSubmission = { ...lastSubmission, remember: { uid, isWanted } };
  await interaction.persist();
}

export function rememberIn({ uid, lastSubmission }: PendingInteraction): boolean {
  const stored = lastSubmission?.remember as { uid: string; isWanted: boolean } | undefined;
  return stored?.uid === uid && stored.isWanted;
}

/** What a required step remembers between its forms. */
export async function keepForStep(
  interaction: PendingInteraction,
  step: string,
  kept: Readonly<Record<string, string>>,
): Promise<void> {
  const { uid, lastSubmission } = interaction;
  interaction.lastSubmission = { ...lastSubmission, requiredStep: { uid, step, kept } };
  await interaction.persist();
}

export function keptForStep(
  { uid, lastSubmission }: PendingInteraction,
  step: string,
): Readonly<Record<string, string>> {
  const stored = lastSubmission?.requiredStep as
    | { uid: string; step: string; kept: Record<string, string> }
    | undefined;
  return stored?.uid === uid && stored.step === step ? stored.kept : {};
}

/** The last submission without its members that belong to this interaction alone: they must not be merged into another. */
export function submitted({ lastSubmission }: PendingInteraction): Record<string, unknown> {
  const {
    proved: _,
    begun: __,
    refusedOther: ___,
    identity: ____,
    requiredStep: _____,
    remember: ______,
    ...others
  } = lastSubmission ?? {};
  return others;
}
