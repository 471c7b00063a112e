import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { RequestInfo } from '../http/request.ts';
import { type Actor, type ChangedBy, SYSTEM } from '../lib/actor.ts';
import { browserName } from '../lib/browser-name.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId } from '../lib/ids.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import type { Mail } from '../mail/mail.ts';
import type { Methods } from '../methods/methods.ts';
import type { ProvedStep, Strength } from '../oidc/levels.ts';
import { localeOf } from '../users/users.ts';
import { removalUnknown } from './errors.ts';
import { removalAsked, removalCancelled, removalDone, removalRefused } from './events.ts';
import { createRemovalStore, type Removal } from './store.ts';
import type { StrengthRule } from './strength.ts';

type RemovalEvent = typeof removalAsked;

export type LostDeviceDeps = {
  db: Database;
  clock: Clock;
  leases: Pick<Leases, 'run'>;
  strength: Pick<StrengthRule, 'judgeLoss' | 'secondFactorsOf'>;
  methods: { enrol: Pick<Methods['enrol'], 'removeSecondFactors'> };
  users: { find(id: string): Promise<PersonWhoLost | undefined> };
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  audit: Pick<Audit, 'record'>;
  rateLimit: {
    hit(
      name: string,
      key: string,
      limit: { points: number; perSeconds: number },
    ): Promise<{ isAllowed: boolean }>;
  };
  /** What ends when second factors are removed (`ends.ts`), and the mail about it. */
  end(userId: string, facts: { change(): Promise<{ methods: readonly string[] }> }): Promise<unknown>;
  /** Addresses that the person had lately and may still read, beside the present one. */
  listEarlierAddresses(userId: string): Promise<readonly string[]>;
  config: { issuer: string; recovery: { delaySeconds: number }; i18n: { defaultLocale: string } };
};

type PersonWhoLost = {
  id: string;
  email: string;
  isAdmin: boolean;
  disabledAt?: number | undefined;
  profile: Readonly<Record<string, unknown>>;
};

export type LostDevice = ReturnType<typeof createLostDevice>;

/** `unproved`: `needs` must be proved first, and each of `combinations` would do. */
export type Asked =
  | { dueAt: number }
  | { refused: 'not_offered' | 'nothing' | 'waits' | 'too_often' }
  | { refused: 'unproved'; needs: Strength; isFresh: boolean; combinations: readonly (readonly string[])[] };

/**
 * Who has lost what the strength rule asks for proves whatever else there is, and asks to have it taken away. Every address
 * of the person is told, and everybody who has one of the mails or a session can stop it, until it takes effect.
 */
export function createLostDevice(deps: LostDeviceDeps) {
  const { db, clock, leases, strength, methods, users, mail, audit, rateLimit, config } = deps;
  const store = createRemovalStore(db);
  const { delaySeconds } = config.recovery;
  const isOffered = delaySeconds > 0 && mail.isAvailable;

  return {
    delaySeconds,

    /** What this person may ask to have taken away; nothing where only an operator does it. */
    async removableBy(person: PersonWhoLost): Promise<string[]> {
      return isOffered && !person.isAdmin ? strength.secondFactorsOf(person.id) : [];
    },

    /** The one that waits, if any. */
    find: (userId: string): Promise<Removal | undefined> => store.find({ userId }),
    findByToken: (token: string): Promise<Removal | undefined> => store.find({ tokenHash: sha256(token) }),
    /** A page of those that wait, the next one to take effect first. Throws `access.removal_unknown`. */
    async list({ after, limit }: PageWish): Promise<Page<Removal>> {
      const previous = after === undefined ? undefined : await store.find({ id: after });
      if (after !== undefined && !previous) throw removalUnknown();
      return pageOf(await store.list({ after: previous, limit: limit + 1 }), limit);
    },

    async ask({
      person,
      steps,
      lost,
      request,
    }: {
      person: PersonWhoLost;
      steps: readonly ProvedStep[];
      /** Methods by id; anything else is left out. */
      lost: readonly string[];
      request: RequestInfo;
    }): Promise<Asked> {
      const removable = await this.removableBy(person);
      if (removable.length === 0) return { refused: 'not_offered' };
      const chosen = removable.filter((method) => lost.includes(method));
      if (chosen.length === 0) return { refused: 'nothing' };
      const verdict = await strength.judgeLoss(person.id, steps, chosen);
      if (!verdict.isEnough) {
        const { needs, fresh, combinations } = verdict;
        return { refused: 'unproved', needs, isFresh: fresh.length > 0, combinations };
      }
      if (await store.find({ userId: person.id })) return { refused: 'waits' };
      const hit = await rateLimit.hit('access.removal_asked', person.id, ASKS);
      if (!hit.isAllowed) return { refused: 'too_often' };

      const token = createSecret();
      const createdAt = clock.now();
      const removal: Removal = {
        id: createId('rem'),
        userId: person.id,
        methods: chosen,
        network: request.network,
        userAgent: request.userAgent.slice(0, 400),
        createdAt,
        dueAt: createdAt + delaySeconds * 1000,
      };
      if (!(await store.insert({ ...removal, tokenHash: sha256(token) }))) return { refused: 'waits' };
      await record(removalAsked, removal, { type: 'person', id: person.id }, { request });
      const url = `${config.issuer}/account/lost-device/cancel?${new URLSearchParams({ token })}`;
      for (const to of await addressesOf(person)) {
        await mail.send({
          to,
          template: 'removal-asked',
          data: {
            methodIds: chosen,
            when: createdAt,
            dueAt: removal.dueAt,
            device: browserName(removal.userAgent),
            network: removal.network,
            url,
          },
          locale: localeOf(person, request.locale),
        });
      }
      return { dueAt: removal.dueAt };
    },

    /** True for the one call that stopped it. */
    async cancel(
      which: { userId: string } | { token: string },
      by: Partial<ChangedBy> & { reason?: string | undefined } = {},
    ): Promise<boolean> {
      const cancelled = await store.cancel('userId' in which ? which : { tokenHash: sha256(which.token) });
      if (!cancelled) return false;
      const { userId } = cancelled;
      await record(removalCancelled, cancelled, by.actor ?? { type: 'person', id: userId }, by);
      const person = await users.find(userId);
      for (const to of person ? await addressesOf(person) : []) {
        await mail.send({
          to,
          template: 'removal-cancelled',
          data: {
            methodIds: cancelled.methods,
            when: clock.now(),
            accountUrl: `${config.issuer}/account/password`,
          },
          locale: localeOf(person, by.request?.locale ?? config.i18n.defaultLocale),
        });
      }
      return true;
    },

    /** At once, by an operator's word. False when nothing waits any more. */
    async approve(
      userId: string,
      { actor, ...more }: ChangedBy & { reason?: string | undefined },
    ): Promise<boolean> {
      const begun = await store.begin({ userId });
      if (!begun) return false;
      await takeEffect(begun, actor, more);
      return true;
    },

    /** Those whose time has come, and those that another node began and did not finish. Answers how many. */
    runDue: (): Promise<number | undefined> =>
      leases.run('access.removals', { ttlSeconds: 60 }, async (lease) => {
        let count = 0;
        const now = clock.now();
        const begun = await store.listBegun(BATCH);
        let failure: unknown;
        for (const removal of [...begun, ...(await store.listDue(now, BATCH))]) {
          const { userId } = removal;
          const isBegun = begun.includes(removal) || (await store.begin({ userId }, { dueBy: now }));
          try {
            if (isBegun && (await takeEffect(removal, SYSTEM.actor))) count += 1;
          } catch (error) {
            // One that fails is tried again in a minute, and keeps nobody else waiting.
            failure ??= error;
          }
          if (!(await lease.renew())) break;
        }
        if (failure) throw failure;
        return count;
      }),
  };

  /** Each part may be done again: another node goes on where one has died. */
  async function takeEffect(removal: Removal, actor: Actor, more: More = {}): Promise<boolean> {
    const { id, userId, methods: lost, createdAt } = removal;
    const person = await users.find(userId);
    if (!person) return false;
    // Somebody who was made an administrator meanwhile: that is for another one to decide.
    if (person.isAdmin) {
      await record(removalRefused, removal, actor, more);
      await store.finish(id);
      return false;
    }
    await deps.end(userId, {
      async change() {
        await methods.enrol.removeSecondFactors(userId, { only: lost, madeBefore: createdAt });
        return { methods: lost };
      },
    });
    await record(removalDone, removal, actor, more);
    for (const to of await deps.listEarlierAddresses(userId)) {
      await mail.send({
        to,
        template: 'second-factors-removed',
        data: { methodIds: lost, when: clock.now(), accountUrl: `${config.issuer}/account` },
        locale: localeOf(person, config.i18n.defaultLocale),
      });
    }
    await store.finish(id);
    return true;
  }

  function record(
    event: RemovalEvent,
    { userId, methods }: Removal,
    actor: Actor,
    { request, reason }: More,
  ) {
    const [before, after] = REQUESTS.get(event) ?? [null, null];
    return audit.record(event, {
      outcome: event === removalRefused ? 'refused' : 'success',
      actor,
      userId,
      detail: {
        methods: [...methods],
        before: { request: before },
        after: { request: after },
        ...defined({ reason }),
      },
      ...defined({ request }),
    });
  }

  async function addressesOf({ id, email }: PersonWhoLost): Promise<string[]> {
    return [...new Set([email, ...(await deps.listEarlierAddresses(id))])];
  }
}

type More = { request?: RequestInfo; reason?: string | undefined };

/** What each event makes of the request, from and to. At most these. */
const REQUESTS: ReadonlyMap<RemovalEvent, readonly [before: string | null, after: string]> = new Map([
  [removalAsked, [null, 'waits']],
  [removalCancelled, ['waits', 'cancelled']],
  [removalDone, ['waits', 'done']],
  [removalRefused, ['waits', 'refused']],
] as const);

/** Each is a mail to everybody concerned: who is answered "cancel" asks no more than this. */
const ASKS = { points: 3, perSeconds: 3600 };
const BATCH = 100;
