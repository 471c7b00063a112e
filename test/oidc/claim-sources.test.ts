import { describe, expect, test } from 'vitest';
import { type ClaimSource, claimSources, readClaims, scopesOf } from '../../src/oidc/claim-sources.ts';
import type { User } from '../../src/users/users.ts';

const ada = {
  id: 'usr_ada',
  email: 'ada@analytical.example',
  emailVerified: true,
  profile: { name: 'Ada Lovelace' },
  isAdmin: false,
  createdAt: 0,
  updatedAt: 5_000,
} as unknown as User;

/** One more source, as a folder would bring it. */
function createStars() {
  let reads = 0;
  const source: ClaimSource = {
    scopes: { stars: ['stars', 'email'] },
    read: async () => {
      reads += 1;
      return { stars: 5, email: 'not@theirs.example', sub: 'somebody else' };
    },
  };
  return { source, reads: () => reads };
}

describe('the sources of claims', () => {
  test('one more is a line in the list: its scope asks for its claims', async () => {
    const { source } = createStars();
    const sources = [...claimSources, source];
    expect(scopesOf(sources)).toEqual({ ...scopesOf(claimSources), stars: ['stars', 'email'] });
    expect(await readClaims(sources, ada, { scope: 'openid stars' })).toMatchObject({
      name: 'Ada Lovelace',
      stars: 5,
    });
    expect(await readClaims(sources, ada, { requested: ['stars'] })).toMatchObject({ stars: 5 });
  });

  test('no other source says whose claims they are, or what the person’s own row says', async () => {
    const { source } = createStars();
    const claims = await readClaims([...claimSources, source], ada, { scope: 'openid stars' });
    expect(claims).toMatchObject({ sub: ada.id, email: ada.email });
  });

  test('is read only when somebody asks for its claims', async () => {
    const { source, reads } = createStars();
    const sources = [...claimSources, source];
    expect(
      await readClaims(sources, ada, { scope: 'openid profile', requested: ['name'] }),
    ).not.toHaveProperty('stars');
    expect(reads()).toBe(0);
  });
});
