import { hkdfSync } from 'node:crypto';
import { type AddressReader, createAddressReader, type TrustProxy } from '../http/client-address.ts';
import { notFound } from '../http/errors.ts';
import type { Route } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { hmac, isSame } from '../lib/secret.ts';

/**
 * How the server sees a request: the doctor asks through the issuer's public address and compares it with what it sent.
 * Only who holds the root key can ask.
 */
export type Seen = {
  /** The client's address, as TRUST_PROXY lets it be believed. */
  address: string;
  /** The header as it arrived; absent: there was none. */
  forwardedFor?: string;
  /** The server's time, in milliseconds. */
  now: number;
};

export const SEEN_PATH = '/doctor/seen';

/** A question is good for so long, on clocks that may differ. */
const GOOD_MS = 300_000;

/** What goes with a question: the time and its HMAC. */
export function signQuestion(rootKey: Buffer, now: number): string {
  return `${now}.${hmac(keyOf(rootKey), 'doctor', String(now))}`;
}

export function createDoctorRoutes(deps: {
  config: { trustProxy: TrustProxy };
  rootKeys: readonly Buffer[];
  clock: Clock;
}): Route[] {
  const addresses: AddressReader = createAddressReader(deps.config.trustProxy);
  return [
    {
      method: 'GET',
      path: SEEN_PATH,
      headers: 'api',
      handle(ctx) {
        const now = deps.clock.now();
        if (!isFromDoctor(ctx.req.headers.authorization ?? '', deps.rootKeys, now)) throw notFound();
        const forwardedFor = ctx.req.headers['x-forwarded-for'];
        const seen: Seen = {
          address: addresses.address(ctx.req),
          ...(forwardedFor === undefined ? {} : { forwardedFor: String(forwardedFor) }),
          now,
        };
        ctx.type = 'application/json';
        ctx.body = JSON.stringify(seen);
      },
    },
  ];
}

function isFromDoctor(header: string, rootKeys: readonly Buffer[], now: number): boolean {
  const [, at = ''] = /^Bearer (\d{1,16})\./.exec(header) ?? [];
  if (at === '' || Math.abs(now - Number(at)) > GOOD_MS) return false;
  return rootKeys.some((rootKey) => isSame(header, `Bearer ${signQuestion(rootKey, Number(at))}`));
}

/** A key of its own, so that no other use of the root key is touched. */
function keyOf(rootKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', rootKey, '', 'gatehouse doctor', 32));
}
