/** What opaque access tokens begin with, so that whoever introspects one makes us look in one place. */
export const TOKEN_MARKS = { AccessToken: 'at_', ClientCredentials: 'cc_' } as const;

/** With its mark. */
const MARKED_LENGTH = 46;

/** What an id says of itself. An older release wrote none of these marks. */
export function kindOf(id: string): 'jwt' | 'AccessToken' | 'ClientCredentials' | undefined {
  if (id.startsWith('jwt.')) return 'jwt';
  if (id.length !== MARKED_LENGTH) return undefined;
  if (id.startsWith(TOKEN_MARKS.AccessToken)) return 'AccessToken';
  return id.startsWith(TOKEN_MARKS.ClientCredentials) ? 'ClientCredentials' : undefined;
}
