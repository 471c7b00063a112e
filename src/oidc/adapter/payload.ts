import type { AdapterPayload } from 'oidc-provider';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';
import { pack, unpack } from './packing.ts';

/** Models whose payload holds more than facts: request parameters, `id_token_hint`, forgery tokens, addresses. */
const SEALED: ReadonlySet<string> = new Set(['Session', 'Interaction', 'PushedAuthorizationRequest']);

/** Of these, what anybody can have stored. */
const PACKED: ReadonlySet<string> = new Set(['Interaction', 'PushedAuthorizationRequest']);

/** The payload as it is stored: without what opens a door, and sealed to its row where it holds more than facts. */
export function encode(model: string, sealer: Sealer, payload: AdapterPayload, row: string): string {
  const kept = withoutId(payload);
  if (model === 'Interaction') {
    // The library puts the session's cookie in here, and the interaction's own id into `returnTo`.
    if (kept.session) {
      const { cookie: _cookie, ...session } = kept.session as Record<string, unknown>;
      kept.session = session as NonNullable<AdapterPayload['session']>;
    }
    delete kept.returnTo;
  }
  if (!SEALED.has(model)) return JSON.stringify(kept);
  return sealer.seal(PACKED.has(model) ? pack(kept) : JSON.stringify(kept), sealName(model, row));
}

/** The payload of what `encode` wrote for this row. Throws when it was sealed for another one. */
export function decode(model: string, sealer: Sealer, text: string, row: string): AdapterPayload {
  if (!SEALED.has(model)) return JSON.parse(text) as AdapterPayload;
  const plain = sealer.open(text, sealName(model, row));
  return PACKED.has(model) ? unpack(plain) : (JSON.parse(plain.toString()) as AdapterPayload);
}

const sealName = (model: string, row: string) => `oidc:${model}:${row}`;

/** The payload without the code, token or cookie, which opens a door. */
export function withoutId({ jti: _id, ...kept }: AdapterPayload): AdapterPayload {
  return kept;
}

/** The last moment that a date can be: no clock gets there, so it counts for all storages as a time that never comes. */
export const NEVER = 8_640_000_000_000_000;

/** When something ends, in milliseconds since the epoch; what the library gives no end (registration tokens) never does. */
export function expiryOf(
  payload: AdapterPayload,
  expiresInSeconds: number | undefined,
  clock: Clock,
): number {
  if (payload.exp !== undefined) return payload.exp * 1000;
  return expiresInSeconds === undefined ? NEVER : clock.now() + expiresInSeconds * 1000;
}

/** Whole seconds since the epoch, as the library counts. */
export const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
