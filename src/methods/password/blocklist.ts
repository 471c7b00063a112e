import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fold } from './normal-form.ts';

const FILE = new URL('./blocklist.bin', import.meta.url);
/** With 5 bytes, a password that is not on a list of 130,000 is taken for one that is, in 1 of 8 million cases. */
const RECORD_BYTES = 5;

export type Blocklist = { has(password: string): boolean };

/**
 * The commonest passwords of public breaches. They are read at the first question, as one buffer of sorted hash
 * prefixes that is searched where it lies: no set, no strings. How the file is made: `docs/decisions/password-blocklist.md`.
 */
export function createBlocklist(read: () => Buffer = () => readFileSync(FILE)): Blocklist {
  let records: Buffer | undefined;
  return {
    has(password) {
      records ??= read();
      return isIn(records, record(password));
    },
  };
}

/** The file for a list of passwords: sorted, each once, each the first 5 bytes of its SHA-256, folded. */
export function encodeBlocklist(passwords: Iterable<string>): Buffer {
  const records = new Set<string>();
  for (const password of passwords) records.add(record(password).toString('hex'));
  return Buffer.from([...records].sort().join(''), 'hex');
}

function record(password: string): Buffer {
  return createHash('sha256').update(fold(password)).digest().subarray(0, RECORD_BYTES);
}

function isIn(records: Buffer, wanted: Buffer): boolean {
  let low = 0;
  let high = records.length / RECORD_BYTES - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = middle * RECORD_BYTES;
    const order = records.compare(wanted, 0, RECORD_BYTES, at, at + RECORD_BYTES);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
