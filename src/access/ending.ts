import type { IncomingMessage } from 'node:http';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import type { Database } from '../database/database.ts';
import { type RequestInfo, requestInfo } from '../http/request.ts';
import { browserName } from '../lib/browser-name.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { Mail } from '../mail/mail.ts';
import type { CredentialChange, Methods } from '../methods/methods.ts';
import type { RememberedBrowsers } from '../methods/remembered-browsers.ts';
import type { Oidc } from '../oidc/oidc.ts';
import { localeOf, type User, type Users } from '../users/users.ts';
import { type Credential, createDenials, LATELY_MS } from './denials.ts';
import { ENDS, type Ends, type OwnCause } from './ends.ts';
import { LETTERS, type Told } from './letters.ts';
import { createDenialStore } from './store.ts';

/** What is not all of a person's, and who is told what. Each cause needs what its cells name; else `end` throws. */
export type EndFacts = Told & {
  /** Of the person or app that did it; neither for an operator and for the time. `ctx` where the browser matters. */
  ctx?: { req: IncomingMessage };
  request?: Pick<RequestInfo, 'network' | 'userAgent' | 'locale'>;
  /** The session that ends, or the one that stays. */
  sessionUid?: string;
  /** The browser whose sessions and grants end. */
  knownBrowserHash?: string;
  /** The remembered browser that is forgotten. */
  browserId?: string;
  clientId?: string;
  grantId?: string;
  /** The name of a role. */
  role?: string;
  /** The person, when their row is gone already. */
  person?: Pick<User, 'email' | 'profile'>;
  /** Another request of the same moment has told the person already. */
  isToldAlready?: boolean;
  /**
   * Makes the change that is the cause. What is signed in ends before it and after it: when something fails on the way,
   * too much has ended and never too little. `false`: it was not made after all. An object is told with the rest (`Told`).
   */
  change?: () => Promise<unknown>;
  /**
   * For a change that can be made once: whether it still can. Who comes too late ends nothing, and least of all the
   * sign-in of who made it.
   */
  isDue?: () => Promise<boolean>;
};

/** How many there were. `isDone`: false when the change was not made, or another request has ended the one grant. */
export type Ended = { isDone: boolean; sessions: number; grants: number; browsers: number };

/** A credential of a person, as lists show it. */
export type AddedLately = { method: string; id: string; name: string; createdAt: number };

export type EndingDeps = {
  db: Database;
  methods: Pick<Methods, 'listEnrolled'> & { enrol: Pick<Methods['enrol'], 'removeExactly'> };
  sessions: Pick<Oidc['sessions'], 'end' | 'endAllOf' | 'endBrowser' | 'signOut'>;
  consents: Pick<Oidc['consents'], 'withdraw'>;
  grants: Oidc['grants'];
  rememberedBrowsers: Pick<RememberedBrowsers, 'endAllOf' | 'endOthers' | 'remove'>;
  /** Browsers in which a person is no stranger. */
  knownBrowsers: { forget(userId: string, knownBrowserHash: string): Promise<void> };
  links: Pick<Users['links'], 'voidAll'>;
  apiKeys: Pick<ApiKeys, 'endAllOf' | 'endUnpermitted'>;
  /** Everything else that was mailed and not brought back yet. */
  proofs: readonly { endAllOf(userId: string): Promise<unknown> }[];
  users: Pick<Users, 'find'>;
  /** The method of passwords: the mail about a new one has a link that denies it. */
  password: { id: string };
  mail: Pick<Mail, 'send'>;
  clock: Clock;
  config: { issuer: string; i18n: { defaultLocale: string } };
};

/** A cause that concerns a client, and no person more than another. */
export const EVERYBODY = 'everybody';

/**
 * What a person may still do, and when that ends (`ends.ts`): the only caller of what ends sessions, grants, remembered
 * browsers, links and proofs, and of the mails about it.
 */
export function createEnding(deps: EndingDeps) {
  const { sessions, consents, grants, rememberedBrowsers, knownBrowsers, links, proofs, password } = deps;
  const { users, mail, clock, config, methods, apiKeys } = deps;
  const denials = createDenials({ store: createDenialStore(deps.db), clock, issuer: config.issuer });
  const turns = createTurns();

  return {
    end,

    /** Mails the person that a way to sign in was added, with a link that takes exactly that one away again. */
    async announceAdded({ userId, method, name: id, request }: CredentialChange): Promise<void> {
      const person = await users.find(userId);
      if (!person) return;
      const isIt = (each: Credential) => each.method === method && each.id === id;
      const denyUrl = await denyUrlOf(userId, isIt);
      const way = (await methods.listEnrolled(userId)).find(isIt)?.way;
      await mail.send({
        to: person.email,
        template: 'way-changed',
        data: {
          what: 'enrolled',
          method,
          ...defined({ way }),
          when: clock.now(),
          network: request.network,
          denyUrl,
        },
        locale: localeOf(person, request?.locale ?? config.i18n.defaultLocale),
      });
    },

    /** What a link of "this wasn't me" would remove; nothing when it does not work. Never spends. */
    async findDenial(
      token: string,
    ): Promise<{ userId: string; method: string; createdAt: number } | undefined> {
      const denial = await denials.find(token);
      return denial && { userId: denial.userId, method: denial.method, createdAt: denial.credentialAt };
    },

    /**
     * Removes that credential, and no other, and ends everything. True for one of any number of calls. The link is spent
     * last: when something fails on the way it still works.
     */
    async deny(token: string, ctx: { req: IncomingMessage }): Promise<boolean> {
      const denial = await denials.find(token);
      if (!denial) return false;
      const { userId, method, credentialId, credentialAt: madeAt } = denial;
      const { isDone } = await end(userId, 'credential_denied', {
        ctx,
        method,
        isDue: async () => (await denials.find(token)) !== undefined,
        async change() {
          await methods.enrol.removeExactly(method, {
            userId,
            credentialId,
            madeAt,
            request: requestInfo(ctx),
          });
          return denials.consume(token);
        },
      });
      return isDone;
    },

    /** What was added in the last 30 days, newest first: a person who was not alone looks through it. */
    async listAddedLately(userId: string): Promise<AddedLately[]> {
      const since = clock.now() - LATELY_MS;
      const all = await methods.listEnrolled(userId);
      return all
        .filter(({ createdAt }) => createdAt > since)
        .sort((left, right) => right.createdAt - left.createdAt)
        .map(({ method, id, name, createdAt }) => ({ method, id, name, createdAt }));
    },
  };

  /**
   * Ends what the cause ends, and tells whom it tells. A part that fails spares no other: its error is thrown when
   * everything has been tried. `userId`: `everybody` for a cause that is a client's.
   */
  async function end(userId: string, cause: OwnCause, facts: EndFacts = {}): Promise<Ended> {
    requireFacts(cause, ENDS[cause], facts);
    return facts.change
      ? turns.take(userId, () => endNow(userId, cause, facts))
      : endNow(userId, cause, facts);
  }

  async function endNow(userId: string, cause: OwnCause, facts: EndFacts): Promise<Ended> {
    const row: Ends = ENDS[cause];
    if (facts.isDue && !(await facts.isDue())) return { isDone: false, ...sumOf([]) };
    const before = facts.change
      ? await endAll([
          ...browsersOf(userId, row, facts),
          signedIn(userId, row, facts),
          apiKeysOf(userId, cause, facts),
        ])
      : [];
    const made = await facts.change?.();
    if (made === false) return { isDone: false, ...sumOf(before) };
    // What makes a sign-in ends before sign-ins, and these before sessions: what is under way meets one of them.
    const ended = await endAll([
      ...proofsOf(userId, row),
      ...browsersOf(userId, row, facts),
      signedIn(userId, row, facts),
      apiKeysOf(userId, cause, facts),
    ]);
    // Of 50 who bring one stolen token at the same moment, whoever ended its grant tells of it.
    if (row.grants === 'one' && sumOf(ended).grants === 0) return { isDone: false, ...sumOf(ended) };
    if (row.mail !== 'none' && !facts.isToldAlready) {
      await tell(userId, cause as keyof typeof LETTERS, {
        ...facts,
        ...(typeof made === 'object' ? made : {}),
      });
    }
    return { isDone: true, ...sumOf([...before, ...ended]) };
  }

  function proofsOf(userId: string, { proofs: which }: Ends): Part[] {
    if (which === 'none') return [];
    return [() => links.voidAll(userId), ...proofs.map((each) => () => each.endAllOf(userId))];
  }

  function browsersOf(userId: string, { browsers, sessions: which }: Ends, facts: EndFacts): Part[] {
    const { ctx, knownBrowserHash = '', browserId = '' } = facts;
    const parts: Part[] = [];
    // The next sign-in there is a stranger's: limited like one, asked for the second factor, and mailed.
    if (which === 'browser') parts.push(() => knownBrowsers.forget(userId, knownBrowserHash));
    if (browsers === 'all') parts.push(async () => ({ browsers: await rememberedBrowsers.endAllOf(userId) }));
    if (browsers === 'others' && ctx)
      parts.push(async () => ({ browsers: await rememberedBrowsers.endOthers(ctx, userId) }));
    if (browsers === 'one')
      parts.push(async () => ({ browsers: (await rememberedBrowsers.remove(userId, browserId)) ? 1 : 0 }));
    return parts;
  }

  function signedIn(userId: string, row: Ends, facts: EndFacts): Part {
    const { sessionUid = '', knownBrowserHash = '', clientId = '', grantId = '', role = '' } = facts;
    return async () => {
      switch (row.sessions) {
        case 'all':
          return sessions.signOut(userId);
        case 'others':
          if (row.grants === 'others') return sessions.signOut(userId, { exceptUid: sessionUid });
          return { sessions: await sessions.endAllOf(userId, { exceptUid: sessionUid }) };
        case 'one':
          return sessions.end(sessionUid);
        case 'browser':
          return sessions.endBrowser(userId, knownBrowserHash);
        case 'none':
          if (row.grants === 'one') return grants.end(grantId);
          if (row.grants === 'role') return grants.endWithRole(userId, role);
          if (row.grants === 'client') return consents.withdraw(userId, clientId);
          if (row.grants === 'everybody') return grants.endOfClient(clientId);
          if (row.grants === 'everybody and consents')
            return grants.endOfClient(clientId, { withConsents: true });
      }
    };
  }

  function apiKeysOf(userId: string, cause: OwnCause, { clientId = '' }: EndFacts): Part {
    const row: Ends = ENDS[cause];
    return async () => {
      if (row.apiKeys === 'all') await apiKeys.endAllOf({ userId }, cause);
      if (row.apiKeys === 'lately') await apiKeys.endAllOf({ userId, since: clock.now() - LATELY_MS }, cause);
      if (row.apiKeys === 'role') await apiKeys.endUnpermitted(userId, cause);
      if (row.apiKeys === 'client') await apiKeys.endAllOf({ clientId }, cause);
    };
  }

  async function tell(userId: string, cause: keyof typeof LETTERS, facts: EndFacts): Promise<void> {
    const person = facts.person ?? (await users.find(userId));
    if (!person) return;
    const request = facts.request ?? (facts.ctx && requestInfo(facts.ctx));
    const locale = localeOf(person, request?.locale ?? config.i18n.defaultLocale);
    const { request: _request, ...told } = facts;
    const letters = LETTERS[cause]({
      ...told,
      email: person.email,
      when: clock.now(),
      denyUrl: PASSWORDS.has(cause) ? await denyUrlOf(userId, ({ method }) => method === password.id) : '',
      issuer: config.issuer,
      ...(request ? { request: { network: request.network, device: browserName(request.userAgent) } } : {}),
    });
    for (const letter of letters) await mail.send({ ...letter, locale });
  }

  async function denyUrlOf(userId: string, isIt: (credential: Credential) => boolean): Promise<string> {
    const credential = (await methods.listEnrolled(userId)).find(isIt);
    // Gone again already: the link would find nothing.
    return credential ? denials.linkFor(userId, credential) : `${config.issuer}/account`;
  }
}

/**
 * Changes of one person's account come one after the other in this process: of many presses at once each finds what the
 * one before it has done. (Between nodes a late one may still end what was signed in a moment ago.)
 */
function createTurns() {
  const last = new Map<string, Promise<unknown>>(); // at most one for each change that runs
  return {
    async take<Result>(userId: string, work: () => Promise<Result>): Promise<Result> {
      const before = last.get(userId);
      const own = (async () => {
        await before?.catch(() => {});
        return work();
      })();
      last.set(userId, own);
      try {
        return await own;
      } finally {
        if (last.get(userId) === own) last.delete(userId);
      }
    },
  };
}

/** After which there is a password that was not there before. */
const PASSWORDS: ReadonlySet<string> = new Set([
  'password_changed',
  'password_changed_here',
  'password_set_by_link',
  'password_set_by_operator',
]);

type Part = () => Promise<unknown>;

/** One after the other, so that none waits for a row that another one holds. */
async function endAll(parts: readonly Part[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      answers.push(await part());
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return answers;
}

function sumOf(answers: readonly unknown[]): Omit<Ended, 'isDone'> {
  const sum = { sessions: 0, grants: 0, browsers: 0 };
  for (const answer of answers) {
    if (typeof answer !== 'object' || answer === null) continue;
    for (const name of ['sessions', 'grants', 'browsers'] as const) {
      sum[name] += (answer as Partial<typeof sum>)[name] ?? 0;
    }
  }
  return sum;
}

/** A slip of ours ends nothing by halves. */
function requireFacts(cause: string, row: Ends, facts: EndFacts): void {
  const needs: [boolean, keyof EndFacts][] = [
    [row.sessions === 'one' || row.sessions === 'others', 'sessionUid'],
    [row.sessions === 'browser', 'knownBrowserHash'],
    [row.browsers === 'others', 'ctx'],
    [row.browsers === 'one', 'browserId'],
    [row.grants === 'one', 'grantId'],
    [row.grants === 'role', 'role'],
    [row.grants === 'client' || row.grants.startsWith('everybody'), 'clientId'],
    [row.mail === 'both', 'otherEmail'],
  ];
  for (const [isNeeded, name] of needs) {
    if (isNeeded && facts[name] === undefined) throw new Error(`${cause} needs ${name}`);
  }
}
