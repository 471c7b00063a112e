import type { RouteContext } from '../http/routes.ts';
import type {
  Audit,
  ClientForPages,
  Pages,
  PersonForPages,
  ResourceServerForPages,
} from '../interaction/interaction.ts';
import type { Clock } from '../lib/clock.ts';

/** What a person's own pages need. The session is the provider's: there is no second one. */
export type AccountDeps = {
  config: { issuer: string; base: string; isSecure: boolean };
  clock: Clock;
  pages: Pages;
  audit: Audit;
  users: { find(id: string): Promise<PersonForPages | undefined> };
  clients: { find(id: string): Promise<ClientForPages | undefined> };
  resourceServers: { find(identifier: string): Promise<ResourceServerForPages | undefined> };
  translate(locale: string, key: string, values?: Record<string, string | number>): string;
  oidc: {
    sessions: {
      /** The live session of the browser's cookie; its `lastSeenAt` is kept (at most once a minute). */
      find(ctx: RouteContext): Promise<{ uid: string; userId: string } | undefined>;
      /** Newest first. `clientIds`: the apps that were signed in to from this session. */
      listByUser(userId: string): Promise<readonly AccountSession[]>;
      end(uid: string): Promise<void>;
      endAllOf(userId: string, options?: { exceptUid?: string }): Promise<void>;
      /** Removes the session's cookie from this browser. */
      forget(ctx: RouteContext): void;
    };
    consents: {
      listByUser(userId: string): Promise<readonly AccountConsent[]>;
      /** Ends the consent and every grant of this person and client. */
      withdraw(userId: string, clientId: string): Promise<void>;
    };
  };
};

/** Where and when it began is recorded by oidc at the resume that signs the person in (requestInfo of that request). */
export type AccountSession = {
  uid: string;
  startedAt: number;
  lastSeenAt: number;
  userAgent: string;
  network: string;
  clientIds: readonly string[];
};

export type AccountConsent = {
  clientId: string;
  scopes: readonly string[];
  claims: readonly string[];
  resources: Readonly<Record<string, readonly string[]>>;
  createdAt: number;
  lastUsedAt?: number | undefined;
};
