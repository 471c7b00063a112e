/**
 * The candidate that a typing mistake probably meant; `undefined` when none is near: further away than `most` characters,
 * or than a third of its own, two at least.
 */
export function nearest(
  typed: string,
  candidates: readonly string[],
  most = Number.POSITIVE_INFINITY,
): string | undefined {
  if (typed.length > 100) return undefined;
  const [best] = candidates
    .map((candidate) => ({ candidate, steps: distance(typed, candidate) }))
    .filter(({ candidate, steps }) => steps <= Math.min(most, Math.max(2, Math.ceil(candidate.length / 3))))
    .sort((left, right) => left.steps - right.steps);
  return best?.candidate;
}

/** How many characters must be added, removed or replaced (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [line, character] of [...left].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (right[column - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
