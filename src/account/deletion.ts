import { cookieNames, setHostCookie } from '../http/cookies.ts';
import { forgetPages } from '../http/page.ts';
import type { RequestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { SYSTEM } from '../lib/actor.ts';
import { GatehouseError } from '../lib/errors.ts';
import { lastAdministrator, userUnknown } from '../users/errors.ts';
import type { User } from '../users/users.ts';
import type { FieldError } from '../views/views.ts';
import type { AccountDeps, OwnPage } from './deps.ts';
import { accountDeletionGone } from './errors.ts';
import { deletionCancelled, deletionPlanned } from './events.ts';
import { recordOwn } from './own-audit.ts';
import { type AccountStore, createAccountStore } from './store.ts';

type DeletionDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'users' | 'access' | 'audit' | 'mail' | 'leases'
> & { store: AccountStore };

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Deleting one's account: everything is signed out at once, the rows go after a grace period, and whoever signs in
 * meanwhile keeps the account. The audit keeps what happened under the id, which then names nobody.
 */
export function createDeletion(deps: DeletionDeps) {
  const { config, clock, pages, users, access, audit, mail, leases, store } = deps;
  const { deletion, deletionGraceDays } = config.account;
  const here = `${config.base}/account/delete`;

  return {
    isOffered: deletion,

    show: (async (ctx, { person }) => {
      await showForm(ctx, person, { status: 200 });
    }) satisfies OwnPage,

    plan: (async (ctx, signedIn) => {
      const { person } = signedIn;
      if (await isLastAdministrator(person)) return showForm(ctx, person, { status: 409 });
      if (ctx.state.form.sure === undefined) {
        const errors = [{ field: 'sure', sentence: { key: 'account_delete.sure_missing' } }];
        return showForm(ctx, person, { status: 422, errors });
      }
      const now = clock.now();
      const dueAt = now + deletionGraceDays * DAY_MS;
      const isNew = await store.planDeletion({ userId: person.id, createdAt: now, dueAt });
      // Everything that was open ends now, so that only a new sign-in is the wish to stay.
      await access.end(person.id, 'deletion_planned', { ctx, dueAt, isToldAlready: !isNew });
      if (isNew) {
        await recordOwn(audit, ctx, signedIn, deletionPlanned, {
          detail: { graceDays: deletionGraceDays },
        });
      }
      setHostCookie(ctx.res, config, cookieNames(config).session, '', 0);
      forgetPages(ctx.res);
      seeOther(ctx, `${here}/planned`);
    }) satisfies OwnPage,

    showPlanned(ctx: RouteContext): void {
      pages.show(ctx, 'account/deletion-planned', {
        graceDays: deletionGraceDays,
        accountUrl: `${config.base}/account`,
      });
    },

    isPlanned: (userId: string): Promise<boolean> => store.isDeletionPlanned(userId),

    /**
     * Called at a completed sign-in, of any app, of somebody whose deletion is planned: who comes back keeps the account.
     * One that is planned between the look and this stays planned, as if the sign-in had come first.
     */
    async keep(person: User, request: RequestInfo): Promise<boolean> {
      const { id: userId } = person;
      if (!(await store.cancelDeletion(userId))) return false;
      const actor = { type: 'person' as const, id: userId };
      await audit.record(deletionCancelled, { outcome: 'success', actor, userId, request });
      const { locale = request.locale } = person.profile;
      await mail.send({
        to: person.email,
        template: 'deletion-cancelled',
        data: {
          when: clock.now(),
          network: request.network,
          accountUrl: `${config.issuer}/account/password`,
        },
        locale,
      });
      return true;
    },

    /** Deletes those whose grace period is over. One node at a time; called on a timer. Answers how many. */
    async runDue(): Promise<number | undefined> {
      return leases.run('account.deletions', { ttlSeconds: 60 }, async (lease) => {
        let count = 0;
        for (const userId of await store.listDueDeletions(clock.now(), BATCH)) {
          if (await deleteDue(userId)) count += 1;
          if (!(await lease.renew())) break;
        }
        return count;
      });
    },
  };

  async function showForm(
    ctx: RouteContext,
    person: User,
    { status, errors = [] }: { status: number; errors?: readonly FieldError[] },
  ): Promise<void> {
    const isLast = await isLastAdministrator(person);
    pages.show(
      ctx,
      'account/delete',
      {
        action: here,
        email: person.email,
        graceDays: deletionGraceDays,
        errors,
        signOutAction: `${config.base}/account/sign-out`,
        ...(isLast ? { isLastAdministrator: true } : {}),
      },
      { status },
    );
  }

  /** Whoever is about to go, too, does not count. The statement that deletes looks again. */
  async function isLastAdministrator({ id, isAdmin }: User): Promise<boolean> {
    if (!isAdmin) return false;
    for (const other of await users.listAdministrators()) {
      if (other.id !== id && !(await store.isDeletionPlanned(other.id))) return false;
    }
    return true;
  }

  async function deleteDue(userId: string): Promise<boolean> {
    try {
      // The row that says so is spent by the transaction that deletes: a sign-in in this moment wins or comes too late.
      await users.deleteIf(
        userId,
        async (inside) => {
          if (!(await createAccountStore(inside).consumeDueDeletion(userId, clock.now())))
            throw accountDeletionGone();
        },
        SYSTEM,
      );
    } catch (error) {
      if (
        error instanceof GatehouseError &&
        // The last administrator stays until there is another one.
        [accountDeletionGone.code, userUnknown.code, lastAdministrator.code].includes(error.code)
      )
        return false;
      throw error;
    }
    return true;
  }
}

/** Those that are left are deleted a minute later. */
const BATCH = 100;
