import type { User } from '../users/users.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey } from './journey.ts';

/** Who is signed in to the session that the interaction was begun in; nobody, when they are gone or disabled since. */
export async function findSignedIn(
  { interaction }: Journey,
  users: Pick<InteractionDeps['users'], 'find'>,
): Promise<User | undefined> {
  const userId = interaction.session?.accountId;
  const person = userId === undefined ? undefined : await users.find(userId);
  return person?.disabledAt === undefined ? person : undefined;
}
