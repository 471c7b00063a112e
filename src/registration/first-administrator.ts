import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { NAME_MISSING, passwordMistakes } from '../interaction/interaction.ts';
import { GatehouseError } from '../lib/errors.ts';
import { userInvalid } from '../users/errors.ts';
import { emailSchema, tidyEmail } from '../users/users.ts';
import type { FieldError } from '../views/views.ts';
import type { RegistrationDeps } from './deps.ts';

export type FirstAdministratorDeps = Pick<
  RegistrationDeps,
  'config' | 'pages' | 'users' | 'password' | 'tickets'
> & {
  showLinkUsed(ctx: RouteContext): void;
};

/** The page behind the one-time link that is printed while nobody has an account. */
export function createFirstAdministrator(deps: FirstAdministratorDeps) {
  const { config, pages, users, password, tickets, showLinkUsed } = deps;

  return {
    /** Never spends the link: reloads and scanners may open it. */
    async show(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      if (!(await users.links.find('first-administrator', token))) return showLinkUsed(ctx);
      showForm(ctx, token, { name: '', email: '' });
    },

    /** Makes the person and spends the link, both or neither; a mistake in the form leaves the link as it was. */
    async create(ctx: RouteContext): Promise<void> {
      const { token = '', name = '', email = '', password: chosen = '' } = ctx.state.form;
      if (!(await users.links.find('first-administrator', token))) return showLinkUsed(ctx);

      const values = { name: name.trim(), email: tidyEmail(email) };
      const owner = { email: values.email, profile: { name: values.name } };
      const errors = [...mistakesOfPerson(values), ...passwordMistakes(password, ctx.state.form, owner)];
      if (errors.length > 0) return showForm(ctx, token, values, errors);

      // Hashed first: a queue that is full must not cost the link.
      const prepared = await password.prepareChecked(chosen, owner);
      const user = await users
        .createFirstAdministrator(
          // Whoever has this link runs this Gatehouse: the address needs no confirmation.
          { ...owner, emailVerified: true, token, alsoInside: (inside, { id }) => prepared.save(id, inside) },
          { actor: 'themselves', request: requestInfo(ctx) },
        )
        .catch(asMistakes);
      if (Array.isArray(user)) return showForm(ctx, token, values, user);
      if (!user) return showLinkUsed(ctx);

      await tickets.issue(ctx, { userId: user.id, method: 'first-administrator' });
      seeOther(ctx, `${config.base}/account/sign-in`);
    },
  };

  function showForm(
    ctx: RouteContext,
    token: string,
    values: { name: string; email: string },
    errors: readonly FieldError[] = [],
  ): void {
    pages.show(
      ctx,
      'interaction/first-administrator',
      {
        // The token here as well, so that the language menu of a page with mistakes keeps it.
        action: `${config.base}/first-administrator?${new URLSearchParams({ token })}`,
        token,
        values,
        minimumLength: password.minimumLength,
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }
}

const MALFORMED_EMAIL: FieldError = { field: 'email', sentence: { key: 'users.email_malformed' } };

function mistakesOfPerson({ name, email }: { name: string; email: string }): FieldError[] {
  return [
    ...(name === '' ? [NAME_MISSING] : []),
    ...(emailSchema.safeParse(email).success ? [] : [MALFORMED_EMAIL]),
  ];
}

/** What the noun refuses is a mistake in the form; anything else is thrown on. */
function asMistakes(error: unknown): FieldError[] {
  if (!(error instanceof GatehouseError) || error.code !== userInvalid.code) throw error;
  const problems = (error.detail.problems ?? []) as readonly { field: string }[];
  return problems.map(({ field }) => (field === 'email' ? MALFORMED_EMAIL : NAME_MISSING));
}
