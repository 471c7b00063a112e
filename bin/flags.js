/** Options of V8 for the process that serves; why these: docs/decisions/launcher-memory.md. */

/** Node takes as much memory as it finds: under load six times as much as we need. */
export const serverFlags = ['--max-semi-space-size=16', '--heap-growing-percent=60'];

/** Loading makes much garbage at once, and the room for it would stay reserved. src/start.ts takes it back. */
export const flagsOfLoading = ['--semi-space-growth-factor=1'];
