import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { removalUrl } from '../interaction/interaction.ts';
import { byPerson } from '../lib/actor.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import { emailTaken } from '../users/errors.ts';
import { emailKey, emailSchema, localeOf, tidyEmail } from '../users/users.ts';
import type { FieldError } from '../views/views.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import { accountLinkUsed } from './errors.ts';
import { emailChangeAsked, emailChanged, emailChangeUndone } from './events.ts';
import { recordOwn } from './own-audit.ts';
import { type AccountStore, createAccountStore } from './store.ts';

type EmailDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'users' | 'access' | 'audit' | 'mail' | 'oneTime' | 'rateLimit'
> & { store: AccountStore };

/**
 * Change of the e-mail address: asked for with a fresh proof, confirmed at the new address by a link that only the same
 * person, signed in, can spend, and told at the old address with a link that takes it back. A GET spends neither link.
 */
export function createEmailChange(deps: EmailDeps) {
  const { config, clock, pages, users, access, audit, mail, oneTime, rateLimit, store } = deps;
  const { emailChange, emailConfirmSeconds, emailUndoSeconds } = config.account;
  const here = `${config.base}/account/email`;
  const signOutAction = `${config.base}/account/sign-out`;

  return {
    isOffered: emailChange && mail.isAvailable,

    show: (async (ctx, signedIn) => {
      await showForm(ctx, signedIn);
    }) satisfies OwnPage,

    /**
     * Sends the link. Whether somebody has the new address already is not told here, but to its owner. The address that
     * one has can be asked for again while it is not confirmed.
     */
    ask: (async (ctx, signedIn) => {
      const { person } = signedIn;
      const typed = ctx.state.form.email ?? '';
      const email = tidyEmail(typed);
      const refusal = refusalOf(email, signedIn);
      if (refusal) return showForm(ctx, signedIn, { typed: email, errors: [refusal] });
      const hit = await rateLimit.hit('account.email_change', person.id, ASKS);
      if (!hit.isAllowed) {
        ctx.set('Retry-After', String(hit.retryAfterSeconds));
        return showForm(ctx, signedIn, { typed: email, slowDownSeconds: hit.retryAfterSeconds });
      }

      const owner = await users.findByEmail(typed);
      const locale = localeOf(person, requestInfo(ctx).locale);
      if (owner && owner.id !== person.id) {
        await store.deleteEmailChange(person.id);
        await mail.send({
          to: owner.email,
          template: 'email-in-use',
          data: { accountUrl: `${config.issuer}/account` },
          locale: localeOf(owner, requestInfo(ctx).locale),
        });
      } else {
        const token = createSecret();
        const now = clock.now();
        const expiresAt = now + emailConfirmSeconds * 1000;
        await store.saveEmailChange({
          userId: person.id,
          tokenHash: sha256(token),
          email,
          createdAt: now,
          expiresAt,
        });
        const url = `${config.issuer}/account/email/confirm?${new URLSearchParams({ token })}`;
        await mail.send({
          to: email,
          template: 'email-confirm',
          data: { url, validSeconds: emailConfirmSeconds },
          locale,
        });
      }
      await recordOwn(audit, ctx, signedIn, emailChangeAsked);
      pages.show(ctx, 'account/email-sent', {
        email,
        validSeconds: emailConfirmSeconds,
        againUrl: here,
        signOutAction,
      });
    }) satisfies OwnPage,

    /** Shows the button. Whoever is not the person who asked sees a link that does not work. */
    showConfirm: (async (ctx, { person }) => {
      const token = String(ctx.query.token ?? '');
      const change = await store.findEmailChange(
        { userId: person.id, tokenHash: sha256(token) },
        clock.now(),
      );
      if (!change) return showLinkUsed(ctx);
      pages.show(ctx, 'account/email-confirm', {
        action: `${here}/confirm`,
        token,
        email: change.email,
        before: person.email,
        signOutAction,
      });
    }) satisfies OwnPage,

    /** Spends the link and changes the address, both or neither. */
    confirm: (async (ctx, signedIn) => {
      const { person } = signedIn;
      const which = { userId: person.id, tokenHash: sha256(ctx.state.form.token ?? '') };
      const change = await store.findEmailChange(which, clock.now());
      if (!change) return showLinkUsed(ctx);
      try {
        await users.update(
          person.id,
          { email: change.email, emailVerified: true },
          byPerson(person.id, requestInfo(ctx)),
          {
            async onlyIf(inside) {
              const isFirst = await createAccountStore(inside).consumeEmailChange(which, clock.now());
              if (!isFirst) throw accountLinkUsed();
            },
            async whenMoved() {
              const undo = await prepareUndo(signedIn);
              await access.end(person.id, 'email_changed', { ctx, otherEmail: person.email, undo });
            },
          },
        );
      } catch (error) {
        if (isEither(error, accountLinkUsed.code, emailTaken.code)) return showLinkUsed(ctx);
        throw error;
      }
      await recordOwn(audit, ctx, signedIn, emailChanged);
      seeOther(ctx, `${config.base}/account/profile?notice=email_changed`);
    }) satisfies OwnPage,

    /** For everybody who has the link: the account may be in other hands. */
    async showUndo(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const undo = await findUndo(token);
      if (!undo) return showLinkUsed(ctx);
      pages.show(ctx, 'account/email-undo', { action: `${here}/undo`, token, email: undo.email });
    },

    /** Puts the old address back and ends everything that is signed in: whoever changed it may still be there. */
    async undo(ctx: RouteContext): Promise<void> {
      const undo = await findUndo(ctx.state.form.token ?? '');
      if (!undo) return showLinkUsed(ctx);
      const { userId, email, emailVerified } = undo;
      const before = await users.find(userId);
      try {
        const { isDone } = await access.end(userId, 'email_change_undone', {
          ctx,
          otherEmail: before?.email ?? email,
          isDue: async () => (await findUndo(ctx.state.form.token ?? '')) !== undefined,
          async change() {
            await users.update(userId, { email, emailVerified }, byPerson(userId, requestInfo(ctx)), {
              async onlyIf(inside) {
                if (!(await createAccountStore(inside).consumeEmailUndo(undo, clock.now())))
                  throw accountLinkUsed();
              },
              // All of it ends with this change.
              whenMoved: async () => {},
            });
          },
        });
        if (!isDone) return showLinkUsed(ctx);
      } catch (error) {
        if (isEither(error, accountLinkUsed.code, emailTaken.code)) return showLinkUsed(ctx);
        throw error;
      }
      await audit.record(emailChangeUndone, {
        outcome: 'success',
        ...byPerson(userId, requestInfo(ctx)),
        userId,
      });
      const handle = await oneTime.remember(undoneScope(ctx), { userId }, UNDONE_VISITS, createSecret());
      seeOther(ctx, `${here}/undone?${new URLSearchParams({ list: handle })}`);
    },

    /** With what was added lately, in the browser that took the change back. */
    async showUndone(ctx: RouteContext): Promise<void> {
      const found = await oneTime.answer(undoneScope(ctx), String(ctx.query.list ?? ''));
      const added = typeof found?.userId === 'string' ? await access.listAddedLately(found.userId) : [];
      pages.show(ctx, 'account/email-undone', {
        accountUrl: `${config.base}/account/password`,
        added: added.map(({ id, ...credential }) => ({
          ...credential,
          removeUrl: removalUrl(config.base, { ...credential, id }),
        })),
      });
    },
  };

  function refusalOf(email: string, { person }: SignedIn): FieldError | undefined {
    const wrong = (key: string): FieldError => ({ field: 'email', sentence: { key } });
    if (!emailSchema.safeParse(email).success) return wrong('users.email_malformed');
    return emailKey(email) === emailKey(person.email) && person.emailVerified
      ? wrong('account_email.same')
      : undefined;
  }

  async function findUndo(token: string) {
    const undo = await store.findEmailUndo(sha256(token), clock.now());
    const person = undo && (await users.find(undo.userId));
    return person?.disabledAt === undefined && person ? undo : undefined;
  }

  /** The link that takes the change back, for the mail to the address of before. */
  async function prepareUndo({ person }: SignedIn): Promise<{ url: string; validSeconds: number }> {
    const token = createSecret();
    const now = clock.now();
    await store.saveEmailUndo({
      userId: person.id,
      tokenHash: sha256(token),
      email: person.email,
      emailVerified: person.emailVerified,
      createdAt: now,
      expiresAt: now + emailUndoSeconds * 1000,
    });
    const url = `${config.issuer}/account/email/undo?${new URLSearchParams({ token })}`;
    return { url, validSeconds: emailUndoSeconds };
  }

  async function showForm(
    ctx: RouteContext,
    { person }: SignedIn,
    {
      typed = '',
      errors = [],
      slowDownSeconds,
    }: { typed?: string; errors?: readonly FieldError[]; slowDownSeconds?: number } = {},
  ): Promise<void> {
    const pending = await store.findEmailChange({ userId: person.id }, clock.now());
    pages.show(
      ctx,
      'account/email',
      {
        action: here,
        email: person.email,
        emailVerified: person.emailVerified,
        typed: typed || (person.emailVerified ? '' : person.email),
        ...defined({ pending: pending?.email }),
        errors,
        ...defined({ slowDownSeconds }),
        signOutAction,
      },
      { status: errors.length > 0 ? 422 : slowDownSeconds === undefined ? 200 : 429 },
    );
  }

  function showLinkUsed(ctx: RouteContext): void {
    const back = { href: `${config.base}/account`, label: { key: 'error.to_account' } };
    pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id, back }, { status: 410 });
  }
}

/** How often the page after an undo may be come back to. */
const UNDONE_VISITS = 100;

function undoneScope(ctx: RouteContext) {
  const { browserHash = '' } = requestInfo(ctx);
  return { method: 'account', purpose: 'email-undone', boundTo: browserHash };
}

/** Links that one person may ask for: each is a mail to an address that somebody typed. */
const ASKS = { points: 5, perSeconds: 3600 };

function isEither(error: unknown, ...codes: string[]): boolean {
  return error instanceof GatehouseError && codes.includes(error.code);
}
