import type { IncomingMessage } from 'node:http';
import type { User } from '../users/users.ts';
import { inFlightOf } from './adapter/in-flight.ts';
import type { SecondFactorStore } from './store.ts';

/** What may be read ahead, by its kind, and what that read answers. */
type Reads = {
  /** A person, by id. */
  user: User | undefined;
  /** A grant's payload, by id. */
  grant: string | undefined;
  /** What a person's rule for the second factor says, by the person's id. */
  rule: Awaited<ReturnType<SecondFactorStore['find']>>;
  /** Whether a person has a credential of a method, by the method's and the person's id. */
  enrolment: boolean;
};
type Key<Kind extends keyof Reads = keyof Reads> = Kind extends 'enrolment'
  ? readonly [kind: Kind, method: string, userId: string]
  : readonly [kind: Kind, id: string];

export type ReadAhead = ReturnType<typeof createReadAhead>;

/**
 * What a request is going to ask for anyway, begun at once: reads that are begun together reach PostgreSQL in one packet
 * instead of waiting for each other. Each is handed out once, so that what asks again reads again.
 */
export function createReadAhead() {
  return {
    begin<Kind extends keyof Reads>(
      req: IncomingMessage,
      key: Key<Kind>,
      read: () => Promise<Reads[Kind]>,
    ): void {
      const inFlight = inFlightOf(req);
      inFlight.ahead ??= new Map(); // at most what one request reads of its person and its grant
      const reading = read();
      // Whoever takes it hears of a failure; nobody may.
      reading.catch(() => {});
      inFlight.ahead.set(key.join(' '), reading);
    },

    /** What was begun under this key, or else a read of now. */
    take<Kind extends keyof Reads>(
      req: IncomingMessage | undefined,
      key: Key<Kind>,
      read: () => Promise<Reads[Kind]>,
    ): Promise<Reads[Kind]> {
      const ahead = req && inFlightOf(req).ahead;
      const name = key.join(' ');
      const reading = ahead?.get(name) as Promise<Reads[Kind]> | undefined;
      if (!reading) return read();
      ahead?.delete(name);
      return reading;
    },
  };
}
