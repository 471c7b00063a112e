/** A role that somebody has. */
export type HeldRole = {
  role: string;
  /** Where it comes from: `operator`, `default`, `upstream:google`. */
  source: string;
  /** In which it holds; absent: everywhere. */
  organisationId?: string;
  /** Milliseconds since the epoch; absent: for ever. */
  until?: number;
};

/** What somebody has, as JSON of the person or the client shows it. */
export function heldRolesToJson(held: readonly HeldRole[]): Record<string, unknown>[] {
  return held.map(({ role, source, organisationId, until }) => ({
    name: role,
    source,
    organisation: organisationId ?? null,
    until: until === undefined ? null : new Date(until).toISOString(),
  }));
}

/** The same in a line each: `editor (operator, until 2026-12-31T00:00:00.000Z)`. */
export function heldRolesToText(held: readonly HeldRole[]): string | undefined {
  if (held.length === 0) return undefined;
  return held
    .map(({ role, source, until }) => {
      const end = until === undefined ? '' : `, until ${new Date(until).toISOString()}`;
      return `${role} (${source}${end})`;
    })
    .join('\n');
}
