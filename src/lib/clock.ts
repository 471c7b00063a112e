/** The time, as a parameter: milliseconds since the epoch. Tests hand in their own. */
export type Clock = { now(): number };

export const systemClock: Clock = { now: () => Date.now() };
