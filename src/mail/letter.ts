import { mailAddressMalformed } from './errors.ts';

/** A mail that is ready to be sent. What is sealed in the queue is this, as JSON. */
export type Letter = {
  to: string;
  from: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  /** Milliseconds since the epoch. */
  at: number;
};

/**
 * One address and nothing else: a comma, an angle bracket or a line end would make it two, or a header. Stricter than
 * RFC 5321 (no quoted local parts), which nobody's address needs.
 */
export function requireSingleAddress(to: string): string {
  const isSingle =
    /^[^\s"(),:;<>@[\\\]]+@[^\s"(),:;<>@[\\\]]+$/u.test(to) && !hasControl(to) && to.length <= 254;
  if (!isSingle) throw mailAddressMalformed();
  return to;
}

/** Gaps that become one, too: more than any subject or name of ours. */
const LONGEST_READ = 1000;

/** A header's text on one line. */
export function oneLine(text: string): string {
  return [...text.slice(0, LONGEST_READ)]
    .map((letter) => (hasControl(letter) ? ' ' : letter))
    .join('')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, 300);
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}
