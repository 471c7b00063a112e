/** As long as 128 random bits are in hexadecimal digits, the shortest way in which others write their secrets. */
const MINIMUM = 32;
const MAXIMUM = 256;
const DISTINCT = 10;
const PIECE = 6;

/**
 * What is wrong with a secret that comes from elsewhere, in words that go on after its name; `undefined` when it may be
 * one. What is stored is a plain SHA-256, so it must be as hard to guess as ours are: long, and nothing that was typed or
 * repeated to become long. Random ones pass but for one in ten thousand.
 */
export function problemOfGivenSecret(secret: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(secret)) return 'must be printable ASCII without blanks';
  if (secret.length < MINIMUM || secret.length > MAXIMUM)
    return `must have ${MINIMUM} to ${MAXIMUM} characters`;
  if (new Set(secret).size < DISTINCT) return `must have at least ${DISTINCT} different characters`;
  for (let at = 0; at + PIECE <= secret.length; at += 1) {
    const piece = secret.slice(at, at + PIECE);
    if (secret.includes(piece, at + 1)) return 'must not repeat itself; make it of random characters';
    if (isRow(piece)) return 'must not have rows such as abcdef or 123456; make it of random characters';
  }
  return undefined;
}

/** Each character is the one after the one before it. */
function isRow(piece: string): boolean {
  return [...piece].every((_, at) => at === 0 || piece.charCodeAt(at) === piece.charCodeAt(at - 1) + 1);
}
