/** Work that a module asks to be done again and again while the server runs. `failure`: what the log says then. */
export type Job = { everyMs: number; run(): Promise<unknown>; failure: string };
