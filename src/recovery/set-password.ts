import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { passwordMistakes } from '../interaction/interaction.ts';
import { passwordChanged } from '../users/events.ts';
import { tellPassword, type User } from '../users/users.ts';
import type { FieldError } from '../views/views.ts';
import type { RecoveryDeps } from './deps.ts';

export type SetPasswordDeps = Pick<
  RecoveryDeps,
  'config' | 'pages' | 'users' | 'password' | 'access' | 'audit' | 'tickets'
> & { showLinkUsed(ctx: RouteContext): void };

/** The page behind a one-time link with which a person chooses a password. */
export function createSetPassword(deps: SetPasswordDeps) {
  const { config, pages, users, password, access, audit, tickets, showLinkUsed } = deps;

  return {
    /** Never spends the link. */
    async show(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const person = await personOf(token);
      if (!person) return showLinkUsed(ctx);
      showForm(ctx, token, person);
    },

    /** Spends the link only for a password that is accepted; then everything of the person ends. */
    async set(ctx: RouteContext): Promise<void> {
      const { token = '', password: chosen = '' } = ctx.state.form;
      const person = await personOf(token);
      if (!person) return showLinkUsed(ctx);
      const errors = passwordMistakes(password, ctx.state.form, person);
      if (errors.length > 0) return showForm(ctx, token, person, errors);

      // Hashed first: a queue that is full must not cost the link.
      const prepared = await password.prepareChecked(chosen, person);
      const had = (await password.changedAt(person.id)) !== undefined;
      const change = () =>
        users.useSetPasswordLink({ token, alsoInside: (inside, userId) => prepared.save(userId, inside) });
      const isDue = async () => (await users.links.find('set-password', token)) !== undefined;
      const { isDone } = await access.end(person.id, 'password_set_by_link', {
        ctx,
        change,
        isDue,
        isFirst: !had,
      });
      if (!isDone) return showLinkUsed(ctx);
      await record(ctx, person, had);

      await tickets.issue(ctx, { userId: person.id, method: 'set-password' });
      seeOther(ctx, `${config.base}/account/sign-in`);
    },
  };

  async function record(ctx: RouteContext, { id: userId }: User, had: boolean): Promise<void> {
    await audit.record(passwordChanged, {
      outcome: 'success',
      actor: { type: 'person', id: userId },
      userId,
      detail: { how: 'link', ...tellPassword({ had }) },
      request: requestInfo(ctx),
    });
  }

  async function personOf(token: string): Promise<User | undefined> {
    const link = await users.links.find('set-password', token);
    const person = link?.userId === undefined ? undefined : await users.find(link.userId);
    return person?.disabledAt === undefined ? person : undefined;
  }

  function showForm(
    ctx: RouteContext,
    token: string,
    { email }: User,
    errors: readonly FieldError[] = [],
  ): void {
    pages.show(
      ctx,
      'users/set-password',
      {
        // The token here as well, so that the language menu of a page with mistakes keeps it.
        action: `${config.base}/set-password?${new URLSearchParams({ token })}`,
        token,
        email,
        minimumLength: password.minimumLength,
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }
}
