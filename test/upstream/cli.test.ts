import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { createUpstreamStore } from '../../src/upstream/store.ts';
import type { Foreign, Provider } from '../../src/upstream/upstream.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson } from '../support/relying-party.ts';
import { newSlug, startUpstream, type World } from './set-up.ts';

const SECRET = 'GOCSPX-a-secret-of-theirs';

eachDatabase('providers', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await startUpstream({ dialect });
  });
  afterAll(() => world?.close());

  const newest = async (event: string) => (await world.modules.audit.list({ event, limit: 1 }))[0];
  const create = (slug: string, ...options: string[]) =>
    world.json(
      [
        'upstream',
        'create',
        '--id',
        slug,
        '--preset',
        'google',
        '--client-id',
        'ours',
        '--client-secret-stdin',
        ...options,
      ],
      SECRET,
    );
  const foreignOf = (provider: Provider, subject: string, more: Partial<Foreign> = {}): Foreign => ({
    subject,
    issuer: provider.issuer,
    isEmailVerified: true,
    isEmailTrusted: false,
    email: `${subject}@example.com`,
    claims: {},
    ...more,
  });
  const connect = async (slug: string, subject: string) => {
    const person = await createPerson(world);
    const provider = await world.upstream.get(slug);
    const made = await world.upstream.links.connect(
      { userId: person.id, provider, foreign: foreignOf(provider, subject) },
      SYSTEM,
    );
    if ('refused' in made) throw new Error(made.refused);
    return { person, provider, link: made.link };
  };

  test('are made by a preset, shown without their secret, listed, changed, switched and deleted', async () => {
    const { json, run, refused } = world;
    const created = await create('acme', '--allow-domain', 'EXAMPLE.com', '--order=-5');
    expect(created).toEqual({
      id: 'acme',
      row_id: expect.stringMatching(/^upp_/),
      preset: 'google',
      name: 'Google',
      enabled: true,
      order: -5,
      issuer: 'https://accounts.google.com',
      client_id: 'ours',
      client_auth: 'post',
      has_secret: true,
      scopes: ['openid', 'email', 'profile'],
      registration: 'follow',
      allow_domains: ['example.com'],
      trust_email: false,
      trust_email_domains: [],
      trust_second_factor: [],
      keep_tokens: false,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      redirect_uri: `${world.url}/upstream/acme/callback`,
    });
    const event = await newest('upstream.created');
    expect(event).toMatchObject({
      actor: { type: 'operator' },
      detail: { provider: created.row_id, slug: 'acme', after: { clientId: 'ours', preset: 'google' } },
    });
    expect(JSON.stringify(event)).not.toContain(SECRET);
    // Several of one preset stand side by side.
    const other = newSlug('google');
    await create(other);
    expect(await json(['upstream', 'list', '--limit', '1'])).toMatchObject({
      upstream: [{ id: 'acme' }],
      next: 'acme',
    });
    expect((await run(['upstream', 'list'])).stdout).toContain(other);

    const changed = await json(
      [
        'upstream',
        'update',
        'acme',
        '--name',
        'Acme',
        '--registration',
        'off',
        '--trust-email',
        '--trust-email-domain',
        'example.com',
        '--trust-second-factor',
        'mfa',
        '--keep-tokens',
        '--scope',
        'openid',
        '--unset',
        'allow-domain',
        '--only-if-version',
        '1',
        '--client-secret-stdin',
      ],
      'another secret',
    );
    expect(changed).toMatchObject({
      name: 'Acme',
      registration: 'off',
      trust_email: true,
      trust_email_domains: ['example.com'],
      trust_second_factor: ['mfa'],
      keep_tokens: true,
      scopes: ['openid'],
      allow_domains: [],
      order: -5,
      version: 2,
    });
    expect(await newest('upstream.updated')).toMatchObject({
      detail: {
        slug: 'acme',
        version: 2,
        before: { name: 'Google' },
        after: { name: 'Acme', clientSecret: 'replaced' },
      },
    });
    expect(
      (await refused(['upstream', 'update', 'acme', '--order', '1', '--only-if-version', '1'])).code,
    ).toBe('upstream.conflict');
    expect(await json(['upstream', 'show', 'acme'])).toMatchObject({
      name: 'Acme',
      links: 0,
      role_mappings: [],
    });
    expect((await run(['upstream', 'show', 'acme'])).stdout).toContain(`${world.url}/upstream/acme/callback`);

    const offered = async () => (await world.upstream.listOffered()).map(({ slug }) => slug);
    expect(await offered()).toEqual(['acme', other]);
    await json(['upstream', 'disable', 'acme']);
    expect(await offered()).toEqual([other]);
    expect(await world.upstream.findOffered('acme')).toBeUndefined();
    await json(['upstream', 'enable', 'acme']);
    expect(await offered()).toEqual(['acme', other]);

    expect(await json(['upstream', 'delete', 'acme'])).toEqual({ id: 'acme', deleted: true, links: 0 });
    expect(await json(['upstream', 'delete', other])).toMatchObject({ deleted: true });
    expect((await refused(['upstream', 'show', 'acme'])).code).toBe('upstream.unknown');
    expect(await newest('upstream.deleted')).toMatchObject({ detail: { slug: other, links: 0 } });
  });

  test('are seen by another node at the latest a second later', async () => {
    const node = await world.startNode();
    try {
      const theirs = node.app.modules.upstream;
      await Promise.all([theirs.listOffered(), world.upstream.listOffered()]);
      const slug = newSlug('google');
      await create(slug);
      // Here at once.
      expect(await world.upstream.findOffered(slug)).toMatchObject({ slug });
      await expect.poll(async () => (await theirs.findOffered(slug))?.slug, { timeout: 5_000 }).toBe(slug);
    } finally {
      await node.close();
    }
  });

  test('of one slug: a second one is refused, and one that is made anew has none of the links', async () => {
    const slug = newSlug('google');
    await create(slug);
    expect(
      (
        await world.refused(
          [
            'upstream',
            'create',
            '--id',
            slug,
            '--preset',
            'google',
            '--client-id',
            'ours',
            '--client-secret-stdin',
          ],
          SECRET,
        )
      ).code,
    ).toBe('upstream.taken');
    const { provider, link, person } = await connect(slug, 'subject-1');
    expect(await world.json(['upstream', 'delete', slug])).toEqual({ id: slug, deleted: true, links: 1 });
    await create(slug, '--issuer', 'https://evil.example');
    const anew = await world.upstream.get(slug);
    expect(anew.id).not.toBe(provider.id);
    expect(await world.upstream.links.find(anew.id, 'subject-1')).toBeUndefined();
    expect(await world.upstream.links.findById(link.id)).toBeUndefined();
    expect(await world.upstream.links.listOf(person.id)).toEqual([]);
    // An answer that was on its way for the one that is gone makes no link with the new one.
    expect(
      await world.upstream.links.connect(
        { userId: person.id, provider, foreign: foreignOf(provider, 'subject-1') },
        SYSTEM,
      ),
    ).toEqual({ refused: 'gone' });
  });

  test('keep their issuer once somebody is linked, and are given another one before', async () => {
    const slug = newSlug('google');
    await create(slug);
    const elsewhere = ['upstream', 'update', slug, '--issuer', 'https://login.example.com'];
    expect(await world.json(elsewhere)).toMatchObject({ issuer: 'https://login.example.com' });
    const { provider, link, person } = await connect(slug, 'subject-1');
    const { code, message } = await world.refused(['upstream', 'update', slug, '--unset', 'issuer']);
    expect(code).toBe('upstream.linked');
    expect(message).toContain('1 sign-ins');
    expect(await world.json(['upstream', 'update', slug, '--order', '3'])).toMatchObject({
      issuer: 'https://login.example.com',
    });
    await world.upstream.links.disconnect(person.id, link.id, SYSTEM);
    await world.json(['upstream', 'update', slug, '--unset', 'issuer']);
    // Who was somebody at the issuer of before is nobody at this one.
    expect(
      await world.upstream.links.connect(
        { userId: person.id, provider, foreign: foreignOf(provider, 'subject-2') },
        SYSTEM,
      ),
    ).toEqual({ refused: 'gone' });
  });

  test('link a subject with one person, once, however many ask at the same time', async () => {
    const slug = newSlug('google');
    await create(slug);
    const provider = await world.upstream.get(slug);
    const people = [await createPerson(world), await createPerson(world)];
    const tries = Array.from({ length: 50 }, (_, at) =>
      world.upstream.links.connect(
        { userId: people[at % 2]?.id ?? '', provider, foreign: foreignOf(provider, 'wanted') },
        SYSTEM,
      ),
    );
    const made = (await Promise.all(tries)).flatMap((each) => ('link' in each ? [each.link] : []));
    expect(made).toHaveLength(1);
    const [link] = made;
    expect(await world.upstream.links.find(provider.id, 'wanted')).toEqual(link);
    expect(await newest('upstream.linked')).toMatchObject({
      userId: link?.userId,
      detail: { link: link?.id, slug },
    });

    // A subject of the same name at another provider is somebody else.
    const other = newSlug('google');
    await create(other);
    expect(await world.upstream.links.find((await world.upstream.get(other)).id, 'wanted')).toBeUndefined();

    await world.upstream.links.touch(link?.id ?? '', { email: 'new@example.com' });
    const [used] = await world.upstream.links.listOf(link?.userId ?? '');
    expect(used).toMatchObject({ email: 'new@example.com', lastUsedAt: expect.any(Number) });
    const stranger = people.find(({ id }) => id !== link?.userId);
    expect(await world.upstream.links.disconnect(stranger?.id ?? '', link?.id ?? '', SYSTEM)).toBeUndefined();
    expect(await world.upstream.links.disconnect(link?.userId ?? '', link?.id ?? '', SYSTEM)).toMatchObject({
      subject: 'wanted',
    });
    expect(await newest('upstream.unlinked')).toMatchObject({ detail: { link: link?.id } });
  });

  test('make a link in the transaction of the person, or not at all', async () => {
    const slug = newSlug('google');
    await create(slug);
    const provider = await world.upstream.get(slug);
    const { id: userId } = await createPerson(world);
    const wish = { userId, provider, foreign: foreignOf(provider, 'rolled-back') };
    const { db } = world.modules;
    await expect(
      db.transaction(async (inside) => {
        await world.upstream.links.connect(wish, SYSTEM, inside);
        throw new Error('the account could not be made');
      }),
    ).rejects.toThrow('could not be made');
    expect(await world.upstream.links.find(provider.id, 'rolled-back')).toBeUndefined();
    const made = await db.transaction((inside) => world.upstream.links.connect(wish, SYSTEM, inside));
    expect(made).toMatchObject({ link: { subject: 'rolled-back' } });
  });

  test('seal their secrets and tokens, also under a new root key', async () => {
    const slug = newSlug('google');
    await create(slug, '--keep-tokens');
    const person = await createPerson(world);
    const provider = await world.upstream.get(slug);
    const tokens = { accessToken: 'an access token of theirs', refreshToken: 'a refresh token of theirs' };
    const made = await world.upstream.links.connect(
      { userId: person.id, provider, foreign: foreignOf(provider, 'kept', { tokens }) },
      SYSTEM,
    );
    const id = 'link' in made ? made.link.id : '';
    expect(await world.upstream.links.tokensOf(id)).toEqual(tokens);
    const store = createUpstreamStore(world.modules.db);
    const sealed = [await store.findSealedSecret(provider.id), await store.findSealedTokens(id)];
    expect(sealed).toEqual([expect.stringMatching(/^v1\./), expect.stringMatching(/^v1\./)]);
    expect(sealed.join()).not.toContain('theirs');

    const newKey = Buffer.alloc(32, 7);
    const node = await world.startNode({ rootKeys: [newKey, ...world.modules.rootKeys] });
    try {
      await node.app.modules.keys.reseal(SYSTEM);
      const resealed = [await store.findSealedSecret(provider.id), await store.findSealedTokens(id)];
      const newSealer = createSealer([newKey]);
      expect(resealed.map((each) => newSealer.isStale(each ?? ''))).toEqual([false, false]);
      expect(await node.app.modules.upstream.links.tokensOf(id)).toEqual(tokens);
      expect(
        newSealer.open(resealed[0] ?? '', `upstream_providers.sealed_secret:${provider.id}`).toString(),
      ).toBe(SECRET);
    } finally {
      await node.app.modules.keys.reseal(SYSTEM);
      await node.close();
    }
  });

  test('give roles for groups there, by the names that both have', async () => {
    const { json, refused } = world;
    const slug = newSlug('google');
    await create(slug);
    await json(['roles', 'create', '--name', `Editors-${dialect}`]);
    const line = [
      'upstream',
      'map-role',
      slug,
      '--claim',
      'groups',
      '--value',
      'staff',
      '--role',
      `editors-${dialect}`,
    ];
    const mapping = { claim: 'groups', value: 'staff', role: `Editors-${dialect}` };
    expect(await json(line)).toMatchObject({ mapped: true, role_mappings: [mapping] });
    expect(await json(line)).toMatchObject({ role_mappings: [mapping] });
    expect(await json(['upstream', 'show', slug])).toMatchObject({ role_mappings: [mapping] });
    expect(await newest('upstream.mapped')).toMatchObject({ detail: { ...mapping, slug, isMapped: true } });
    expect((await refused([...line.slice(0, -1), 'nobody'])).code).toBe('roles.unknown');
    expect(await json([...line, '--remove'])).toMatchObject({ mapped: false, role_mappings: [] });
    expect((await refused([...line, '--remove'])).code).toBe('upstream.mapping_unknown');
  });

  test('give of too many roles the same ones each time: those of the first names', async () => {
    const slug = newSlug('google');
    await create(slug);
    const { person, provider } = await connect(slug, 'of-many-groups');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${letter}-${dialect}`);
    for (const [at, name] of names.entries()) {
      await world.json(['roles', 'create', '--name', name]);
      const line = ['--claim', 'groups', '--value', String(names.length - at), '--role', name];
      await world.json(['upstream', 'map-role', slug, ...line]);
    }
    const store = createUpstreamStore(world.modules.db);
    const mappingIds = (await store.listMappings(provider.id)).map(({ id }) => id);
    await store.saveGiven({ providerId: provider.id, subject: 'of-many-groups' }, { mappingIds, at: 1 });
    expect(await store.listGivenRoles(person.id, provider.id, 0)).toEqual(names);
  });

  test('are switched off also when they would not be allowed any more', async () => {
    const slug = newSlug('google');
    await create(slug);
    // Made before a rule that refuses it.
    await world.modules.db('upstream_providers').where({ slug }).update({ trust_email: true });
    expect(await world.json(['upstream', 'disable', slug])).toMatchObject({ enabled: false });
    expect((await world.refused(['upstream', 'enable', slug])).code).toBe('upstream.invalid');
    expect((await world.refused(['upstream', 'update', slug, '--name', 'Other'])).code).toBe(
      'upstream.invalid',
    );
  });
});

describe('what is wrong with a provider', () => {
  let world: World;
  beforeAll(async () => {
    world = await startUpstream();
  });
  afterAll(() => world?.close());

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const KEY = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

  test.each<[string, string[], string, string | undefined]>([
    ['no issuer', ['--preset', 'oidc', '--name', 'There'], 'issuer', SECRET],
    ['no name', ['--preset', 'oidc', '--issuer', 'https://id.example.com'], 'name', SECRET],
    [
      'an issuer with a question',
      ['--preset', 'oidc', '--name', 'There', '--issuer', 'https://id.example.com/?a'],
      'issuer',
      SECRET,
    ],
    ['a slug with capitals', ['--preset', 'google', '--id', 'Google'], 'id', SECRET],
    ['no secret', ['--preset', 'google'], 'client-secret-stdin', undefined],
    ['no openid among the scopes', ['--preset', 'google', '--scope', 'email'], 'scope', SECRET],
    [
      'a domain that is none',
      ['--preset', 'google', '--allow-domain', 'not a domain'],
      'allow-domain',
      SECRET,
    ],
    ['trust without domains', ['--preset', 'google', '--trust-email'], 'trust-email', SECRET],
    [
      'trust in everybody at Microsoft',
      ['--preset', 'microsoft', '--trust-email', '--trust-email-domain', 'example.com'],
      'trust-email',
      SECRET,
    ],
    [
      'trust in all organisations',
      [
        '--preset',
        'microsoft',
        '--issuer',
        'https://login.microsoftonline.com/organizations/v2.0',
        '--trust-email',
        '--trust-email-domain',
        'example.com',
      ],
      'trust-email',
      SECRET,
    ],
    ...(['github', 'gitlab', 'discord', 'slack', 'linkedin', 'facebook'] as const).map(
      (preset): [string, string[], string, string] => [
        `trust in everybody at ${preset}`,
        ['--preset', preset, '--trust-email', '--trust-email-domain', 'example.com'],
        'trust-email',
        SECRET,
      ],
    ),
    [
      'an issuer of Microsoft without a version',
      ['--preset', 'microsoft', '--issuer', 'https://login.microsoftonline.com/common'],
      'issuer',
      SECRET,
    ],
    [
      'an issuer of Microsoft by another preset',
      [
        ...['--preset', 'oidc', '--name', 'There'],
        ...['--issuer', 'https://login.microsoftonline.com/common/v2.0'],
      ],
      'issuer',
      SECRET,
    ],
    ...(
      [
        'https://accounts.google.com',
        'https://GitLab.com/',
        'https://appleid.apple.com',
        'https://slack.com',
      ] as const
    ).map((issuer): [string, string[], string, string] => [
      `${issuer} by a preset that does not know it`,
      [
        ...['--preset', 'oidc', '--name', 'There', '--issuer', issuer],
        ...['--trust-email', '--trust-email-domain', 'example.com'],
      ],
      'issuer',
      SECRET,
    ]),
    [
      'trust in everybody at gitlab, whose issuer is written otherwise',
      [
        ...['--preset', 'gitlab', '--issuer', 'https://GitLab.com/'],
        ...['--trust-email', '--trust-email-domain', 'example.com'],
      ],
      'trust-email',
      SECRET,
    ],
    [
      'GitHub by its addresses',
      [
        ...['--preset', 'oauth2', '--name', 'There', '--user-field', 'subject=id'],
        ...['--authorization-url', 'https://github.com/login/oauth/authorize'],
        ...['--token-url', 'https://github.com/login/oauth/access_token'],
        ...['--user-url', 'https://api.github.com/user'],
      ],
      'authorization-url',
      SECRET,
    ],
    [
      'Apple with a secret in place of a key',
      ['--preset', 'apple', '--team-id', 'ABCDE12345', '--key-id', 'ABCDE12345'],
      'client-secret-stdin',
      SECRET,
    ],
    ['Apple without a team', ['--preset', 'apple', '--key-id', 'ABCDE12345'], 'team-id', KEY],
    ['oauth2 without addresses', ['--preset', 'oauth2', '--name', 'There'], 'authorization-url', SECRET],
    [
      'addresses for a preset that knows them',
      ['--preset', 'github', '--token-url', 'https://github.com/token'],
      'authorization-url',
      SECRET,
    ],
  ])('%s', async (_, options, field, stdin) => {
    const { refused } = world;
    const secret = stdin === undefined ? [] : ['--client-secret-stdin'];
    const id = options.includes('--id') ? [] : ['--id', newSlug('wrong')];
    const { message } = await refused(
      ['upstream', 'create', '--client-id', 'ours', ...id, ...options, ...secret],
      stdin,
    );
    expect(message).toContain(`--${field}`);
    expect(message).not.toContain(SECRET);
    expect(message).not.toContain('PRIVATE KEY');
  });
});
