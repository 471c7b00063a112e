import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createPerson } from '../support/relying-party.ts';
import { newSlug, startUpstream, type World } from './set-up.ts';

let world: World;
beforeAll(async () => {
  world = await startUpstream();
});
afterAll(() => world?.close());

test('what makes a subject somebody stays as it is once somebody is linked', async () => {
  const { json, refused, upstream } = world;
  const slug = newSlug('oauth2');
  const at = 'https://login.example.com';
  await json(
    [
      ...['upstream', 'create', '--id', slug, '--preset', 'oauth2', '--name', 'There', '--client-id', 'us'],
      ...['--client-secret-stdin', '--authorization-url', `${at}/authorize`, '--token-url', `${at}/token`],
      ...['--user-url', `${at}/user`, '--user-field', 'subject=id', '--user-field', 'email=mail'],
    ],
    'a secret of theirs',
  );
  const update = ['upstream', 'update', slug];
  await json([...update, '--user-url', `${at}/me`]);
  const person = await createPerson(world);
  const foreign = {
    subject: '1',
    issuer: undefined,
    isEmailVerified: false,
    isEmailTrusted: false,
    claims: {},
  };
  const provider = await upstream.get(slug);
  await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);

  for (const change of [
    ['--user-url', 'https://elsewhere.example.com/user'],
    // A name there may be given to somebody else.
    ['--user-field', 'subject=login', '--user-field', 'email=mail'],
    ['--issuer', 'https://elsewhere.example.com'],
  ])
    expect(await refused([...update, ...change])).toMatchObject({ code: 'upstream.linked' });
  await json([...update, '--user-field', 'subject=id', '--user-field', 'email=address']);
  await json([...update, '--token-url', `${at}/oauth/token`]);
});
