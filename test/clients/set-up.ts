import { builtInAccountClient } from '../../src/clients/built-in.ts';
import { createClients } from '../../src/clients/clients.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { recordEvents } from '../support/recorded-events.ts';

export const ISSUER = 'https://id.example.com';

const noDocuments = {
  fetch: (url: string | URL): Promise<Response> => Promise.reject(new Error(`no document at ${url}`)),
};

/** Clients on a database of their own, with a given clock; `another` is what a second process would have. */
export async function setUpClients(dialect: Dialect, outgoing = noDocuments) {
  const database = await createTestDatabase(dialect);
  const clock = { ms: Date.UTC(2026, 10, 21), now: () => clock.ms };
  const { events, audit } = recordEvents();
  const create = () =>
    createClients({ db: database.db, clock, audit, builtIn: [builtInAccountClient(ISSUER)], outgoing });
  return { ...database, clients: create(), another: create(), clock, events };
}
