/** The time, as a parameter: milliseconds since the epoch. Tests hand in their own. */
export type Clock = { now(): number };

export const systemClock: Clock = { now: () => Date.now() };

/** For spans of time: it never jumps, and begins anywhere. */
export const steadyClock: Clock = { now: () => performance.now() };
