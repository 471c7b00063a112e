type Told = Record<string, unknown>;

/** What differs between two states of one thing, for the audit: of each name that differs its value, `null` where none is. */
export type Changes = { before: Told; after: Told };

/** A longer value (keys, a text of many lines) is told by a word. */
const LONGEST_VALUE = 2000;

/**
 * What differs between two states. Of the values `inWords`, which nobody may read in the audit, and of very long ones
 * only that they were `set`, were `replaced` or are gone (`null`).
 */
export function changesBetween(
  before: Readonly<Told>,
  after: Readonly<Told>,
  { inWords = [] }: { inWords?: readonly string[] } = {},
): Changes {
  const changes: Changes = { before: {}, after: {} };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name] ?? null, after[name] ?? null];
    const texts = [JSON.stringify(was), JSON.stringify(is)];
    if (texts[0] === texts[1]) continue;
    const isUntold = inWords.includes(name) || texts.some((text) => text.length > LONGEST_VALUE);
    changes.before[name] = isUntold && was !== null ? 'set' : was;
    changes.after[name] = isUntold && is !== null ? (was === null ? 'set' : 'replaced') : is;
  }
  return changes;
}
