/** An API key that somebody has, as it is shown beside its owner. Times are milliseconds since the epoch. */
export type HeldKey = {
  id: string;
  name: string;
  /** To the hour; absent: it was not used yet. */
  lastUsedAt?: number;
  /** The network; absent: whoever asked about the key did not say. */
  lastUsedFrom?: string;
};

/** What somebody has, as JSON of the person or the client shows it. */
export function heldKeysToJson(held: readonly HeldKey[]): Record<string, unknown>[] {
  return held.map(({ id, name, lastUsedAt, lastUsedFrom }) => ({
    id,
    name,
    last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
    last_used_from: lastUsedFrom ?? null,
  }));
}

/** The same in a line each: `apk_… Backup script (last used 2026-11-29T14:00:00.000Z from 203.0.113.7)`. */
export function heldKeysToText(held: readonly HeldKey[]): string {
  const lines = held.map(({ id, name, ...use }) => {
    const words = `${use.lastUsedAt === undefined ? '' : 'last used '}${lastUseInWords(use)}`;
    return `${id} ${name} (${words})`;
  });
  return lines.join('\n') || 'none';
}

/** `2026-11-29T14:00:00.000Z from 203.0.113.7`, or `not used yet`. */
export function lastUseInWords({
  lastUsedAt,
  lastUsedFrom,
}: Pick<HeldKey, 'lastUsedAt' | 'lastUsedFrom'>): string {
  if (lastUsedAt === undefined) return 'not used yet';
  const from = lastUsedFrom === undefined ? '' : ` from ${lastUsedFrom}`;
  return `${new Date(lastUsedAt).toISOString()}${from}`;
}
