const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A moment as a person types it: how long ago (`30m`, `24h`, `7d`, `2w`), a date (`2026-11-29`, from its beginning in UTC), or
 * a time (ISO 8601). Milliseconds since the epoch; `undefined` when it is none of these.
 */
export function parseSince(typed: string, now: number): number | undefined {
  return parse(typed, (span) => now - span);
}

/** A moment to come: in how long (`8h`, `30d`), a date, or a time. */
export function parseUntil(typed: string, now: number): number | undefined {
  return parse(typed, (span) => now + span);
}

function parse(typed: string, awayBy: (span: number) => number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(typed) ?? [];
  if (count !== undefined) return awayBy(Number(count) * (UNITS[unit] ?? 0));
  if (!/^\d{4}-\d{2}-\d{2}(?:$|T)/.test(typed)) return undefined;
  const at = Date.parse(typed);
  return Number.isNaN(at) ? undefined : at;
}
