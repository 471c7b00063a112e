import { defined } from '../lib/defined.ts';
import type { MethodFacts } from '../methods/methods.ts';
import type { MethodOption } from '../views/views.ts';
import { offersChoice } from './forwarding.ts';
import type { Journey } from './journey.ts';
import { type LastUsed, lastUsedFirst } from './last-used.ts';
import { withQuery } from './waiting-app.ts';

export type Ways = ReturnType<typeof createWays>;

/** The rows in lists of ways to sign in: one for each method, or one for each of its choices. */
export function createWays({ lastUsed }: { lastUsed: LastUsed }) {
  return {
    /** In this order, the one last used in this browser first. `href`: where one leads that is no page of its own. */
    async rowsOf(
      { ctx, to, client }: Pick<Journey, 'ctx' | 'to' | 'client'>,
      methods: readonly MethodFacts[],
      href = (method: MethodFacts) => to(method.id),
    ): Promise<MethodOption[]> {
      const rows = await Promise.all(
        methods.map((method) => rowsOfOne({ ctx, client }, method, href(method))),
      );
      return lastUsedFirst(rows.flat());
    },
  };

  async function rowsOfOne(
    { ctx, client }: Pick<Journey, 'ctx' | 'client'>,
    method: MethodFacts,
    href: string,
  ): Promise<MethodOption[]> {
    const { id, choices, row = method.leaves ? ('away' as const) : undefined } = method;
    if (!choices)
      return [{ method: id, href, isLastUsed: lastUsed.isLastUsed(ctx, id), ...defined({ row }) }];
    const offered = (await choices()).filter((choice) => offersChoice(client, choice.id));
    return offered.map(({ id: choice, name, icon }) => ({
      method: id,
      choice,
      name,
      icon: `${id}.${icon}`,
      href: withQuery(href, { choice }),
      ...defined({ row }),
      isLastUsed: lastUsed.isLastUsed(ctx, id, choice),
    }));
  }
}
