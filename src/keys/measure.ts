import type { Clock } from '../lib/clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { KeysConfig } from './config.ts';
import type { KeyState, SigningKey } from './store.ts';

/** Lets Prometheus see how old the signing keys are, and whether the schedule is behind. */
export function measureKeys(
  metrics: Pick<Metrics, 'gauge'>,
  { list, clock, config }: { list(): Promise<SigningKey[]>; clock: Clock; config: KeysConfig },
): void {
  metrics.gauge('gatehouse_keys_age_seconds', async () => {
    const newest = new Map<string, { alg: string; state: KeyState; at: number }>();
    for (const key of await list()) {
      const name = `${key.alg} ${key.state}`;
      const at = sinceWhen(key);
      if (at >= (newest.get(name)?.at ?? 0)) newest.set(name, { alg: key.alg, state: key.state, at });
    }
    const now = clock.now();
    return [...newest.values()].map(({ alg, state, at }) => ({
      labels: { alg, state },
      value: Math.max(0, (now - at) / 1000),
    }));
  });
  metrics.gauge('gatehouse_keys_overdue_seconds', async () => {
    const current = (await list()).filter(({ state }) => state === 'current');
    const now = clock.now();
    return current.map((key) => ({
      labels: { alg: key.alg },
      value: Math.max(0, (now - sinceWhen(key)) / 1000 - config.rotateEverySeconds),
    }));
  });
}

/** When a key came into its state. */
function sinceWhen({ state, publishedAt, currentAt, retiredAt }: SigningKey): number {
  if (state === 'current') return currentAt ?? publishedAt;
  return state === 'retired' ? (retiredAt ?? publishedAt) : publishedAt;
}
