import type { IncomingMessage } from 'node:http';
import { type RequestInfo, requestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import { deviceName } from '../lib/device-name.ts';
import type { Mail } from '../mail/mail.ts';
import type { RememberedDevices } from '../methods/remembered-devices.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { User, Users } from '../users/users.ts';
import { ENDS, type Ends, type OwnCause } from './ends.ts';
import { LETTERS, type Told } from './letters.ts';

/** What is not all of a person's, and who is told what. Each cause needs what its cells name; else `end` throws. */
export type EndFacts = Told & {
  /** Of the person or app that did it; neither for an operator and for the time. `ctx` where the browser matters. */
  ctx?: { req: IncomingMessage };
  request?: Pick<RequestInfo, 'network' | 'userAgent' | 'locale'>;
  /** The session that ends, or the one that stays. */
  sessionUid?: string;
  /** The browser whose sessions and grants end. */
  deviceHash?: string;
  /** The remembered browser that is forgotten. */
  browserId?: string;
  clientId?: string;
  grantId?: string;
  /** Who it was, when the row is gone already. */
  person?: Pick<User, 'email' | 'profile'>;
  /** Another request of the same moment has told the person already. */
  isToldAlready?: boolean;
  /**
   * Makes the change that is the cause. What is signed in ends before it and after it: when something fails on the way,
   * too much has ended and never too little. `false`: it was not made after all. An object is told with the rest (`Told`).
   */
  change?: () => Promise<unknown>;
};

/** How many there were. `isDone`: false when the change was not made, or another request has ended the one grant. */
export type Ended = { isDone: boolean; sessions: number; grants: number; browsers: number };

export type EndingDeps = {
  sessions: Pick<Oidc['sessions'], 'end' | 'endAllOf' | 'endDevice' | 'signOut'>;
  consents: Pick<Oidc['consents'], 'withdraw'>;
  grants: Oidc['grants'];
  rememberedDevices: Pick<RememberedDevices, 'endAllOf' | 'endOthers' | 'remove'>;
  /** Browsers in which a person is no stranger. */
  knownDevices: { forget(userId: string, deviceHash: string): Promise<void> };
  links: Pick<Users['links'], 'voidAll'>;
  /** Everything else that was mailed and not brought back yet. */
  proofs: readonly { endAllOf(userId: string): Promise<unknown> }[];
  users: Pick<Users, 'find'>;
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
  const { sessions, consents, grants, rememberedDevices, knownDevices, links, proofs } = deps;
  const { users, mail, clock, config } = deps;

  return {
    /**
     * Ends what the cause ends, and tells whom it tells. A part that fails spares no other: its error is thrown when
     * everything has been tried. `userId`: `everybody` for a cause that is a client's.
     */
    async end(userId: string, cause: OwnCause, facts: EndFacts = {}): Promise<Ended> {
      const row: Ends = ENDS[cause];
      requireFacts(cause, row, facts);
      const before = facts.change
        ? await endAll([...browsersOf(userId, row, facts), signedIn(userId, row, facts)])
        : [];
      const made = await facts.change?.();
      if (made === false) return { isDone: false, ...sumOf(before) };
      // What makes a sign-in ends before sign-ins, and these before sessions: what is under way meets one of them.
      const ended = await endAll([
        ...proofsOf(userId, row),
        ...browsersOf(userId, row, facts),
        signedIn(userId, row, facts),
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
    },
  };

  function proofsOf(userId: string, { proofs: which }: Ends): Part[] {
    if (which === 'none') return [];
    return [() => links.voidAll(userId), ...proofs.map((each) => () => each.endAllOf(userId))];
  }

  function browsersOf(userId: string, { browsers, sessions: which }: Ends, facts: EndFacts): Part[] {
    const { ctx, deviceHash = '', browserId = '' } = facts;
    const parts: Part[] = [];
    // The next sign-in there is a stranger's: limited like one, asked for the second factor, and mailed.
    if (which === 'browser') parts.push(() => knownDevices.forget(userId, deviceHash));
    if (browsers === 'all') parts.push(async () => ({ browsers: await rememberedDevices.endAllOf(userId) }));
    if (browsers === 'others' && ctx)
      parts.push(async () => ({ browsers: await rememberedDevices.endOthers(ctx, userId) }));
    if (browsers === 'one')
      parts.push(async () => ({ browsers: (await rememberedDevices.remove(userId, browserId)) ? 1 : 0 }));
    return parts;
  }

  function signedIn(userId: string, row: Ends, facts: EndFacts): Part {
    const { sessionUid = '', deviceHash = '', clientId = '', grantId = '' } = facts;
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
          return sessions.endDevice(userId, deviceHash);
        case 'none':
          if (row.grants === 'one') return grants.end(grantId);
          if (row.grants === 'client') return consents.withdraw(userId, clientId);
          if (row.grants === 'everybody') return grants.endOfClient(clientId);
          if (row.grants === 'everybody and consents')
            return grants.endOfClient(clientId, { withConsents: true });
      }
    };
  }

  async function tell(userId: string, cause: keyof typeof LETTERS, facts: EndFacts): Promise<void> {
    const person = facts.person ?? (await users.find(userId));
    if (!person) return;
    const request = facts.request ?? (facts.ctx && requestInfo(facts.ctx));
    const own = person.profile.locale;
    const locale = typeof own === 'string' ? own : (request?.locale ?? config.i18n.defaultLocale);
    const { request: _request, ...told } = facts;
    const letters = LETTERS[cause]({
      ...told,
      email: person.email,
      when: clock.now(),
      issuer: config.issuer,
      ...(request ? { request: { network: request.network, device: deviceName(request.userAgent) } } : {}),
    });
    for (const letter of letters) await mail.send({ ...letter, locale });
  }
}

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
    [row.sessions === 'browser', 'deviceHash'],
    [row.browsers === 'others', 'ctx'],
    [row.browsers === 'one', 'browserId'],
    [row.grants === 'one', 'grantId'],
    [row.grants === 'client' || row.grants.startsWith('everybody'), 'clientId'],
    [row.mail === 'both', 'otherEmail'],
  ];
  for (const [isNeeded, name] of needs) {
    if (isNeeded && facts[name] === undefined) throw new Error(`${cause} needs ${name}`);
  }
}
