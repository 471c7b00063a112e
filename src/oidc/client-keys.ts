import type { Clock } from '../lib/clock.ts';
import { GatehouseError } from '../lib/errors.ts';

/** What the library asks of the keys of a client at its `jwks_uri`. */
type KeyStore = {
  /** False: after a signature that none of them verifies they are read anew, and it is tried once more. */
  fresh(): boolean;
  refresh(): Promise<void>;
  selectForVerify(wanted: { alg: string; kid?: string }): object[];
};

/** Keys that a client has taken away verify nothing any more after so long. */
const READ_AGAIN_MS = 10 * 60_000;
/** Anybody can make us look, by a signature of no key: so not more often than this, for each client and node. */
const LOOK_AGAIN_MS = 30_000;
/** As long as nobody answers at the address, the keys of before are good. */
const KEPT_MS = 24 * 3_600_000;

/**
 * Makes the keys at a `jwks_uri` (RFC 7517 §5) follow those of the client: a new one is found when it first signs, one
 * that was taken away is forgotten within ten minutes. The library keeps them for as long as the address says, which may
 * be a year, and a key that is gone for as long as every signature fits one of those that it knows.
 */
export function followKeys(client: object, clock: Clock): void {
  const { jwksUri, asymmetricKeyStore: keys } = client as { jwksUri?: string; asymmetricKeyStore: KeyStore };
  if (jwksUri === undefined || followed.has(keys)) return;
  followed.add(keys);
  const { refresh, selectForVerify } = keys;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  keys.fresh = () => clock.now() < lookedAt + LOOK_AGAIN_MS;
  keys.selectForVerify = (wanted) => {
    // No key: the library asks whether they are fresh, and reads them anew.
    const isDue = clock.now() >= readAt + READ_AGAIN_MS && !keys.fresh();
    const isGone = clock.now() >= readAt + KEPT_MS;
    return isDue || isGone ? [] : selectForVerify.call(keys, wanted);
  };
  keys.refresh = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  async function look(): Promise<void> {
    try {
      await refresh.call(keys);
      readAt = clock.now();
    } catch (error) {
      if (clock.now() >= readAt + KEPT_MS)
        throw new Error(`the keys at jwks_uri could not be loaded: ${whyOf(error)}`, { cause: error });
    } finally {
      lookedAt = clock.now();
    }
  }
}

const followed = new WeakSet<object>();

/** The library wraps what happened. */
function whyOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof GatehouseError) return String(cause.detail.why);
  return cause instanceof Error ? cause.message : String(error);
}
