import type { Clock } from './clock.ts';
import type { Sealer } from './seal.ts';

export type CarriedDeps = { sealer: Pick<Sealer, 'seal' | 'open'>; clock: Clock };

/**
 * What a browser carries in the address from one page of ours to the next. Anybody can come to these pages, so nothing is
 * stored for it: it is sealed, opens at one place, and for a while. It opens as often as it is brought; what may count once
 * only, such as the attempt that it names, is spent where it leads.
 */
export function createCarried({ sealer, clock }: CarriedDeps) {
  return {
    /** For an address. `place`: where alone it opens. */
    seal: (place: string, value: unknown, seconds: number): string =>
      sealer.seal(JSON.stringify({ value, until: clock.now() + seconds * 1000 }), contextOf(place)),

    /** Nothing when it is over, was altered, or is for another place. */
    open(place: string, text: unknown): unknown {
      if (typeof text !== 'string' || text === '' || text.length > MOST) return undefined;
      try {
        const { value, until } = JSON.parse(sealer.open(text, contextOf(place)).toString());
        return until > clock.now() ? value : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** A line of a request that proxies take (8 KB at nginx), with its path. */
const MOST = 7800;

const contextOf = (place: string) => `carried:${place}`;
