import { expect, test } from 'vitest';
import { scopeGroups } from '../../src/interaction/scope-groups.ts';
import { createPersonClaims } from '../../src/oidc/claim-sources.ts';
import { claimSources } from '../../src/oidc/oidc.ts';
import type { User } from '../../src/users/users.ts';

const deps = {
  oidc: { personClaims: createPersonClaims(claimSources) },
  resourceServers: {
    find: async (identifier: string) =>
      identifier === 'https://api.example'
        ? { identifier, name: 'Shelf', scopes: [{ name: 'books:*', sentence: 'Read and change your shelf' }] }
        : undefined,
  },
  i18n: {
    choose: () => 'en',
    translator: () => (key: string, values?: Record<string, string | number>) =>
      values ? `${key} ${Object.values(values).join()}` : key,
  },
};
const person = {
  id: 'usr_ana',
  email: 'ana@example.com',
  emailVerified: true,
  isAdmin: false,
  profile: {
    name: 'Ana Lima',
    locale: 'pt',
    updated_at: 5,
    address: { formatted: 'Rua 1\nLisboa', country: 'PT' },
  },
};

function groupsOf(asked: { scopes?: string[]; claims?: string[]; resources?: Record<string, string[]> }) {
  return scopeGroups(deps, {
    asked: { scopes: [], claims: [], resources: {}, ...asked },
    person: person as unknown as User,
    locale: 'en',
  });
}

test('shows the values that a scope shares, a language by its name, and none that say nothing to a person', async () => {
  expect(
    await groupsOf({ scopes: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] }),
  ).toEqual([
    {
      scopes: [
        { name: 'openid', sentence: 'scope.openid', shared: ['scope.openid_hint'] },
        { name: 'profile', sentence: 'scope.profile', shared: ['Ana Lima', 'Portuguese'] },
        { name: 'email', sentence: 'scope.email', shared: ['ana@example.com'] },
        { name: 'address', sentence: 'scope.address', shared: ['Rua 1, Lisboa'] },
        { name: 'phone', sentence: 'scope.phone', shared: [] },
        {
          name: 'offline_access',
          sentence: 'scope.offline_access',
          shared: ['scope.offline_access_hint'],
        },
      ],
    },
  ]);
});

test('asks for a single claim only when no scope brings it', async () => {
  const [own] = await groupsOf({ scopes: ['email'], claims: ['email', 'name'] });
  expect(own?.scopes.map(({ name, shared }) => [name, shared])).toEqual([
    ['email', ['ana@example.com']],
    ['name', ['Ana Lima']],
  ]);
});

test('tells the scopes of each resource server in the sentences of its operator', async () => {
  const groups = await groupsOf({
    resources: { 'https://api.example': ['books:*'], 'https://gone.example': ['x'] },
  });
  expect(groups).toEqual([
    { title: 'Shelf', scopes: [{ name: 'books:*', sentence: 'Read and change your shelf', shared: [] }] },
    { title: 'https://gone.example', scopes: [{ name: 'x', sentence: 'x', shared: [] }] },
  ]);
});
