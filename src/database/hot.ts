/** What each engine has for statements that run with each request (`Database.hot`). */
export type RunDirect = (sql: string, bindings: readonly HotBinding[]) => Promise<Row[]>;

/** One of them. */
export type HotStatement = { sql: string; bindings: readonly HotBinding[] };

export type HotBinding = string | number | null;

/** A row as it comes: its columns by their names. */
export type Row = Record<string, unknown>;
