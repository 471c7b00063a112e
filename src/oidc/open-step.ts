import type { IncomingMessage } from 'node:http';
import type { ProvedStep, Strength } from './levels.ts';

/** The first step that is open for a person and an app (`required-steps/`), and what must be proved before it. */
export type OpenStepOf = (
  req: IncomingMessage,
  whose: { userId: string; clientId: string; steps: readonly ProvedStep[] },
) => Promise<{ id: string; missingProof?: Strength } | undefined>;
