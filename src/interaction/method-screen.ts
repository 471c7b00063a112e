import type { RouteContext } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import type { MethodFacts } from '../methods/methods.ts';
import { displayName, type User } from '../users/users.ts';
import type { ScreenName, Screens } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey, Standing } from './journey.ts';
import type { Begun } from './proved.ts';

/** A journey at a page of a method: at which standing, by which method. */
export type At = { journey: Journey; standing: Standing; method: MethodFacts };

/** What an attempt that was begun is remembered by. */
export function openedBy(
  { journey, method }: At,
  purpose: Begun['purpose'],
  begun: { attemptId?: string; show?: Record<string, unknown> },
  userId: string | undefined,
): Begun {
  return {
    uid: journey.interaction.uid,
    purpose,
    method: method.id,
    attemptId: begun.attemptId ?? '',
    ...defined({ userId, show: begun.show }),
  };
}

/** The name of a method's screen is made of its id, which no type can follow. */
export function showScreen(
  pages: InteractionDeps['pages'],
  ctx: RouteContext,
  screen: string,
  data: object,
  status: number,
): void {
  pages.show(ctx, screen as ScreenName, data as Screens[ScreenName], { status });
}

/** Whom a page greets. */
export function personOf(person: User) {
  return { name: displayName(person), email: person.email };
}
