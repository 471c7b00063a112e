import { builtInAccountClient } from '../../src/clients/built-in.ts';
import { type Clients, type ClientsDeps, createClients } from '../../src/clients/clients.ts';
import { clientsConfig } from '../../src/clients/config.ts';
import { type ClientDeedsDeps, clientDeeds } from '../../src/clients/deeds.ts';
import { commandsOf } from '../../src/deeds/deeds.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { recordEvents } from '../support/recorded-events.ts';

export const ISSUER = 'https://id.example.com';

const noDocuments = {
  fetch: (url: string | URL): Promise<Response> => Promise.reject(new Error(`no document at ${url}`)),
};

/** What clients ask of their surroundings, and what of it was asked. */
export function recordEffects() {
  const algs: string[] = []; // at most those of one test file
  const ended: string[] = []; // at most those of one test file
  return {
    algs,
    ended,
    keys: { ensure: async (alg: string) => void algs.push(alg) },
    whenEnded: async (clientId: string, cause: string) => void ended.push(`${cause} ${clientId}`),
  };
}

/**
 * Clients on a database of their own, with a given clock; `another` is what a second process would have. `effects`: what
 * they did beside.
 */
export async function setUpClients(dialect: Dialect, outgoing = noDocuments) {
  const database = await createTestDatabase(dialect);
  const clock = { ms: Date.UTC(2026, 10, 21), now: () => clock.ms };
  const { events, audit } = recordEvents();
  const effects = recordEffects();
  const builtIn = [builtInAccountClient(ISSUER)];
  const createWith = (others: Partial<ClientsDeps>) =>
    createClients({ db: database.db, clock, audit, builtIn, outgoing, ...effects, ...others });
  return {
    ...database,
    clients: createWith({}),
    another: createWith({}),
    createWith,
    clock,
    events,
    effects,
  };
}

/** The commands of clients, where whatever they are named by is there, but for APIs; `around`: where that is otherwise. */
export function clientCommands(
  { clients }: { clients: Clients },
  around: Partial<ClientDeedsDeps> = {},
  properties?: Parameters<typeof clientDeeds>[0],
) {
  const deps: ClientDeedsDeps = {
    clients,
    config: clientsConfig.parse({}),
    issuer: ISSUER,
    isResource: async () => false,
    isAudience: async () => false,
    isScope: async () => true,
    levels: [],
    methods: [],
    isClaim: () => true,
    isRole: async () => true,
    isProvider: async () => true,
    problemOfStep: async () => undefined,
    rolesOf: async () => [],
    keysOf: async () => [],
    ...around,
  };
  return commandsOf(clientDeeds(properties), deps);
}
