import type { IncomingMessage } from 'node:http';
import { createRequestSlot } from '../lib/request-slot.ts';

export type ReadAhead = ReturnType<typeof createReadAhead>;

/**
 * What a request is going to ask for anyway, begun at once: reads that are begun together reach PostgreSQL in one packet
 * instead of waiting for each other. Each is handed out once, so that what asks again reads again.
 */
export function createReadAhead() {
  const begun = createRequestSlot<Map<string, Promise<unknown>>>('read ahead');

  return {
    begin(req: IncomingMessage, key: string, read: () => Promise<unknown>): void {
      const ofRequest = begun.get(req) ?? new Map<string, Promise<unknown>>();
      begun.set(req, ofRequest);
      const reading = read();
      // Whoever takes it hears of a failure; nobody may.
      reading.catch(() => {});
      ofRequest.set(key, reading);
    },

    /** What was begun under this key, or else a read of now. */
    take<Value>(req: IncomingMessage | undefined, key: string, read: () => Promise<Value>): Promise<Value> {
      const ofRequest = req && begun.get(req);
      const reading = ofRequest?.get(key) as Promise<Value> | undefined;
      if (!reading) return read();
      ofRequest?.delete(key);
      return reading;
    },
  };
}
