import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import { asOption, type Deed, defineDeed, pageFields, showPage } from '../deeds/deeds.ts';
import { browserName } from '../lib/browser-name.ts';
import { defined } from '../lib/defined.ts';
import { toFacts } from '../lib/table.ts';
import { SECOND_FACTOR_RULES, type SecondFactorRule } from '../oidc/levels.ts';
import type { Oidc } from '../oidc/oidc.ts';
import { secondFactorRuleSet } from '../users/events.ts';
import { auditingRefusals, reasonForAudit, type User, type Users, userReference } from '../users/users.ts';
import type { Access } from './access.ts';
import { removalUnknown, sessionUnknown } from './errors.ts';
import { sessionEndedByOperator } from './events.ts';
import type { LostDevice } from './lost-device.ts';

export type AccessDeedsDeps = {
  users: Users;
  lostDevice: Pick<LostDevice, 'list' | 'approve' | 'cancel'>;
  demands: Pick<Oidc['demands'], 'setRule' | 'findRule' | 'hasSecondFactor' | 'laterLeft'>;
  audit: Pick<Audit, 'record'>;
  listSessions: Access['listSessions'];
  end: Access['end'];
};
type Deps = AccessDeedsDeps;

const RULES = [...SECOND_FACTOR_RULES, 'default'] as const;

const showRule = defineDeed('users.second-factor', {
  summary: 'Shows when a user is asked for a second factor.',
  input: z.object({ user: userReference }),
  permission: 'users:read',
  run: async (deps: Deps, { user }) => factsOf(deps, await deps.users.getAny(user)),
  show: (facts) => facts,
  command: { positionals: ['user'], text: factsInText },
});

const setRule = defineDeed('users.set-second-factor', {
  summary:
    'Sets when this user is asked for a second factor; this overrides roles, the app and the configuration.',
  input: z.object({
    user: userReference,
    rule: z
      .enum(RULES)
      .describe('never, when_enrolled, required; default: as roles, the app and the configuration say.'),
    reason: reasonForAudit,
  }),
  permission: 'users:write',
  async run(deps: Deps, { user: named, rule, reason }, by) {
    const user = await deps.users.getAny(named);
    const before = (await deps.demands.findRule(user.id)) ?? 'default';
    await deps.demands.setRule(user.id, rule === 'default' ? undefined : (rule as SecondFactorRule));
    await deps.audit.record(secondFactorRuleSet, {
      outcome: 'success',
      ...by,
      userId: user.id,
      detail: { rule, before: { rule: before }, after: { rule }, ...defined({ reason }) },
    });
    return factsOf(deps, user);
  },
  show: (facts) => facts,
  command: { positionals: ['user'], text: factsInText },
});

const listRemovals = defineDeed('users.recovery.list', {
  summary: 'Lists requests to remove a lost second factor, the next one to take effect first.',
  input: z.object(pageFields('request')),
  permission: 'users:read',
  async run({ users, lostDevice }: Deps, wish) {
    const { items, ...next } = await lostDevice.list(wish);
    const withEmail = items.map(async (removal) => ({
      ...removal,
      email: (await users.find(removal.userId))?.email ?? '',
    }));
    return { items: await Promise.all(withEmail), ...next };
  },
  show: ({ items, ...next }) => ({
    requests: items.map(({ id, userId, email, methods, network, createdAt, dueAt }) => ({
      id: userId,
      request: id,
      email,
      methods,
      network,
      asked_at: toTime(createdAt),
      due_at: toTime(dueAt),
    })),
    ...next,
  }),
  command: {
    text: (page) =>
      showPage(page, {
        none: 'No requests.',
        headings: ['E-MAIL', 'LOST', 'NETWORK', 'TAKES EFFECT'],
        row: ({ email, methods, network, dueAt }) => [email, methods.join(', '), network, toTime(dueAt)],
      }),
  },
});

const approveRemoval = defineDeed('users.recovery.approve', {
  summary:
    'Removes a lost second factor at once, as the person asked, and tells them. First make sure who is asking.',
  input: z.object({ user: userReference, reason: reasonForAudit }),
  permission: 'users:write',
  async run({ users, lostDevice }: Deps, { user: named, reason }, by) {
    const user = await users.getAny(named);
    if (!(await lostDevice.approve(user.id, { ...by, reason }))) throw removalUnknown();
    return user;
  },
  show: ({ id }) => ({ id, approved: true }),
  command: {
    positionals: ['user'],
    text: ({ email }) => `The second factor of ${email} is removed, and they are signed out everywhere.`,
  },
});

const cancelRemoval = defineDeed('users.recovery.cancel', {
  summary: "Cancels a user's request to remove a lost second factor, and tells the user.",
  input: z.object({ user: userReference, reason: reasonForAudit }),
  permission: 'users:write',
  async run({ users, lostDevice }: Deps, { user: named, reason }, by) {
    const user = await users.getAny(named);
    if (!(await lostDevice.cancel({ userId: user.id }, { ...by, reason }))) throw removalUnknown();
    return user;
  },
  show: ({ id }) => ({ id, cancelled: true }),
  command: { positionals: ['user'], text: ({ email }) => `The request of ${email} is cancelled.` },
});

/** How a session is named on the command line: an id of its own may begin with a hyphen, as an option does. */
function shownId(uid: string): string {
  return `ses_${uid}`;
}

const listSessions = defineDeed('users.sessions', {
  summary: 'Lists where a user is signed in, most recently used first.',
  input: z.object({ user: userReference }),
  permission: 'users:read',
  run: async ({ users, listSessions }: Deps, { user }) => listSessions((await users.getAny(user)).id),
  show: (sessions) => ({
    sessions: sessions.map(({ uid, userAgent, network, startedAt, lastSeenAt, apps }) => ({
      id: shownId(uid),
      browser: browserName(userAgent),
      network,
      started_at: toTime(startedAt),
      last_seen_at: toTime(lastSeenAt),
      apps,
    })),
  }),
  command: {
    positionals: ['user'],
    text: (items) =>
      showPage(
        { items },
        {
          none: 'Signed in nowhere.',
          headings: ['ID', 'BROWSER', 'NETWORK', 'STARTED', 'SEEN', 'APPS'],
          row: ({ uid, userAgent, network, startedAt, lastSeenAt, apps }) => [
            shownId(uid),
            browserName(userAgent),
            network,
            toTime(startedAt),
            toTime(lastSeenAt),
            apps.join(', '),
          ],
        },
      ),
  },
});

const endSession = defineDeed('users.end-session', {
  summary: 'Ends one session of a user and the grants begun in it, except those with offline_access.',
  input: z.object({
    user: userReference,
    session: asOption(z.string(), { value: 'id' }).describe('Its id, as `users sessions` lists it.'),
    reason: reasonForAudit,
  }),
  permission: 'users:write',
  async run({ users, listSessions, end, audit }: Deps, { user: named, session: given, reason }, by) {
    const user = await users.getAny(named);
    const session = (await listSessions(user.id)).find(({ uid }) => given === shownId(uid) || given === uid);
    if (!session) throw sessionUnknown();
    await end(user.id, 'session_ended_by_operator', { sessionUid: session.uid });
    await audit.record(sessionEndedByOperator, {
      outcome: 'success',
      ...by,
      userId: user.id,
      detail: {
        before: { session: browserName(session.userAgent) },
        after: { session: null },
        ...defined({ reason }),
      },
    });
    return { user, uid: session.uid };
  },
  show: ({ user, uid }) => ({ id: user.id, session: shownId(uid), ended: true }),
  command: {
    positionals: ['user', 'session'],
    text: ({ user }) => `That session of ${user.email} is over.`,
  },
});

/** What can be done to the ways in which a person gets in: the rule for the second factor, and what was lost. */
export const accessDeeds: readonly Deed<Deps>[] = [
  showRule,
  setRule,
  listRemovals,
  approveRemoval,
  cancelRemoval,
  listSessions,
  endSession,
].map((deed) => auditingRefusals(deed as Deed<Deps>));

async function factsOf({ demands }: Deps, { id, email }: User) {
  return {
    id,
    email,
    second_factor: (await demands.findRule(id)) ?? 'default',
    has_second_factor: await demands.hasSecondFactor(id),
    later_left: await demands.laterLeft(id),
  };
}

function factsInText(facts: Awaited<ReturnType<typeof factsOf>>): string {
  return toFacts(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
