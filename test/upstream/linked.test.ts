import { generateKeyPairSync } from 'node:crypto';
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

const APPLE_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

test.each([
  { preset: 'facebook', secret: 'a secret', made: [], stays: ['--client-id', 'second.example'], free: [] },
  {
    preset: 'apple',
    secret: APPLE_KEY.export({ format: 'pem', type: 'pkcs8' }).toString(),
    made: ['--team-id', 'ABCDE12345', '--key-id', 'KEYID12345'],
    stays: ['--team-id', 'ZYXWV98765'],
    free: ['--client-id', 'second.example'],
  },
  {
    preset: 'google',
    secret: 'a secret',
    made: [],
    stays: ['--issuer', 'https://elsewhere.example.com'],
    free: ['--client-id', 'second.example'],
  },
])('$preset: to whom a subject is told stays as it is once somebody is linked', async (row) => {
  const { json, refused, upstream } = world;
  const slug = newSlug(row.preset);
  const create = ['upstream', 'create', '--id', slug, '--preset', row.preset, '--client-id', 'first.example'];
  await json([...create, '--client-secret-stdin', ...row.made], row.secret);
  const update = ['upstream', 'update', slug];
  await json([...update, ...row.stays]);
  const person = await createPerson(world);
  const provider = await upstream.get(slug);
  const foreign = {
    subject: '1',
    issuer: provider.issuer,
    isEmailVerified: false,
    isEmailTrusted: false,
    claims: {},
  };
  await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
  const [option = '', value = ''] = row.stays;
  // The same may be said again.
  await json([...update, option, value]);
  const another = { '--client-id': 'third.example', '--team-id': 'ABCDE12345' }[option];
  expect(await refused([...update, option, another ?? 'https://another.example.com'])).toMatchObject({
    code: 'upstream.linked',
  });
  if (row.free.length > 0) await json([...update, ...row.free]);
});
