import { afterAll, beforeAll, expect, test } from 'vitest';
import * as identifierKeys from '../../migrations/202611291410_resource_servers_identifier_key.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { sha256 } from '../../src/lib/secret.ts';
import type { ResourceServerInput } from '../../src/resource-servers/registration.ts';
import { eachDatabase } from '../support/database.ts';
import { everythingStored } from '../users/set-up.ts';
import { setUpResourceServers } from './set-up.ts';

const READ = { name: 'orders:read', sentence: 'See your orders' };

eachDatabase('resource servers', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpResourceServers>>;
  beforeAll(async () => {
    given = await setUpResourceServers(dialect);
  });
  afterAll(() => given.close());

  test('are registered with the strict defaults and found by identifier and audience', async () => {
    const { resourceServers, clock, newIdentifier } = given;
    const identifier = newIdentifier();
    const { resourceServer, introspectionSecret } = await resourceServers.create(
      {
        identifier,
        scopes: [READ],
      },
      SYSTEM,
    );
    expect(resourceServer).toEqual({
      id: expect.stringMatching(/^rs_/),
      identifier,
      audience: identifier,
      tokenFormat: 'jwt',
      tokenType: 'at+jwt',
      userinfo: 'granted',
      roles: 'open',
      rolesClaim: 'on',
      apiKeys: 'operator',
      signingAlg: 'ES256',
      scopes: [READ],
      version: 1,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    });
    expect(introspectionSecret).toBeUndefined();
    expect(await resourceServers.find(identifier)).toEqual(resourceServer);
    expect(await resourceServers.findByAudience(identifier)).toEqual(resourceServer);
    expect(await resourceServers.get(identifier)).toEqual(resourceServer);
    expect(await resourceServers.get(resourceServer.id)).toEqual(resourceServer);
    expect(await resourceServers.find(`${identifier}/`)).toBeUndefined();
  });

  test('may have an audience that is a plain name', async () => {
    const { resourceServers, newIdentifier } = given;
    const input = {
      identifier: newIdentifier(),
      name: 'Broker',
      audience: 'rabbitmq',
      tokenFormat: 'opaque' as const,
      signingAlg: 'EdDSA' as const,
      accessTokenTtlSeconds: 30,
      scopes: [{ name: 'rabbitmq.read:*/queue*', sentence: 'Read messages' }],
    };
    const { resourceServer } = await resourceServers.create(input, SYSTEM);
    expect(resourceServer).toMatchObject(input);
    expect(await resourceServers.findByAudience('rabbitmq')).toEqual(resourceServer);
    expect(await resourceServers.find('rabbitmq')).toBeUndefined();
  });

  test('have one identifier and one audience each, when 20 ask at once', async () => {
    const { resourceServers, newIdentifier } = given;
    const identifier = newIdentifier();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        resourceServers.create({ identifier, audience: newIdentifier() }, SYSTEM),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [refusal] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refusal).toMatchObject({ code: 'resource_servers.taken', status: 409 });
    const sameAudience = { identifier: newIdentifier(), audience: 'same' };
    const { resourceServer } = await resourceServers.create(sameAudience, SYSTEM);
    await expect(
      resourceServers.create({ identifier: newIdentifier(), audience: 'same' }, SYSTEM),
    ).rejects.toMatchObject({ code: 'resource_servers.taken' });
    const other = await resourceServers.create({ identifier: newIdentifier() }, SYSTEM);
    await expect(
      resourceServers.update(other.resourceServer.id, { audience: 'same' }, SYSTEM),
    ).rejects.toMatchObject({ code: 'resource_servers.taken' });
    expect(await resourceServers.findByAudience('same')).toEqual(resourceServer);
  });

  test('have one identifier in all its spellings, when 50 ask at once over two processes', async () => {
    const { resourceServers, another, db } = given;
    for (const host of ['spelled1', 'spelled2', 'spelled3']) {
      const spellings = [
        `https://${host}.example.com`,
        `https://${host}.example.com/`,
        `HTTPS://${host.toUpperCase()}.example.com`,
        `https://${host}.example.com:443`,
      ];
      const answers = await Promise.allSettled(
        Array.from({ length: host === 'spelled1' ? 50 : 8 }, (_, at) =>
          (at % 2 === 0 ? resourceServers : another).create(
            { identifier: spellings[at % spellings.length] ?? '' },
            SYSTEM,
          ),
        ),
      );
      const codes = answers.map((each) => (each.status === 'fulfilled' ? 'made' : each.reason.code));
      expect(codes.filter((code) => code === 'made')).toHaveLength(1);
      expect(new Set(codes)).toEqual(new Set(['made', 'resource_servers.taken']));
      const rows = await db('resource_servers').where('identifier_key', `https://${host}.example.com/`);
      expect(rows).toHaveLength(1);
    }
  });

  test('of before, which are one in two spellings, stay both', async () => {
    const { resourceServers, db, newIdentifier } = given;
    const [one, two] = [newIdentifier(), newIdentifier()];
    for (const identifier of [one, two]) await resourceServers.create({ identifier }, SYSTEM);
    await db.transaction((inside) => identifierKeys.down(inside.knex));
    await db('resource_servers')
      .where({ identifier: two })
      .update({ identifier: `${one}:443` });
    await db.transaction((inside) => identifierKeys.up(inside.knex));
    for (const identifier of [one, `${one}:443`])
      expect(await resourceServers.get(identifier)).toMatchObject({ identifier });
    const third = resourceServers.create({ identifier: `${one}/` }, SYSTEM);
    await expect(third).rejects.toMatchObject({ code: 'resource_servers.taken' });
  });

  test('are deleted as they were looked at, and once of 50 at once', async () => {
    const { resourceServers, another, newIdentifier } = given;
    const { resourceServer } = await resourceServers.create({ identifier: newIdentifier() }, SYSTEM);
    const { id } = resourceServer;
    await resourceServers.update(id, { name: 'Other' }, SYSTEM);
    const late = resourceServers.delete(id, SYSTEM, { version: 1 });
    await expect(late).rejects.toMatchObject({
      code: 'resource_servers.conflict',
      status: 409,
      detail: { version: 2 },
    });
    expect(await resourceServers.get(id)).toMatchObject({ name: 'Other', version: 2 });
    const fifty = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 === 0 ? resourceServers : another).delete(id, SYSTEM, { version: 2 }),
      ),
    );
    expect(fifty.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const gone = resourceServers.delete(id, SYSTEM, { version: 2 });
    await expect(gone).rejects.toMatchObject({ code: 'resource_servers.unknown' });
  });

  test('get introspection credentials that are nowhere readable', async () => {
    const { resourceServers, db, newIdentifier } = given;
    const created = await resourceServers.create({ identifier: newIdentifier() }, SYSTEM, {
      introspection: true,
    });
    const { resourceServer, introspectionSecret = '' } = created;
    expect(resourceServer.introspection).toEqual({
      id: expect.stringMatching(/^rsi_/),
      secretHashes: [sha256(introspectionSecret)],
    });
    expect(await resourceServers.findByIntrospectionId(String(resourceServer.introspection?.id))).toEqual(
      resourceServer,
    );
    expect(resourceServers.isSecret(resourceServer, introspectionSecret)).toBe(true);
    for (const text of ['', sha256(introspectionSecret), `${introspectionSecret}x`, '\0']) {
      expect(resourceServers.isSecret(resourceServer, text)).toBe(false);
    }
    const stored = await everythingStored({ db }, ['resource_servers', 'resource_server_secrets']);
    expect(stored).toContain(sha256(introspectionSecret));
    expect(stored).not.toContain(introspectionSecret);
  });

  test('rotate the introspection secret with an overlap, keep its id, and can lose both', async () => {
    const { resourceServers, clock, newIdentifier } = given;
    const { resourceServer } = await resourceServers.create({ identifier: newIdentifier() }, SYSTEM);
    const { id } = resourceServer;
    const first = await resourceServers.rotateIntrospectionSecret(id, { overlapSeconds: 60 }, SYSTEM);
    const second = await resourceServers.rotateIntrospectionSecret(id, { overlapSeconds: 60 }, SYSTEM);
    expect(second.introspectionId).toBe(first.introspectionId);
    const work = async () => {
      const found = await resourceServers.get(id);
      return [first, second].map(({ introspectionSecret }) =>
        resourceServers.isSecret(found, introspectionSecret),
      );
    };
    expect(await work()).toEqual([true, true]);
    clock.ms += 60_000;
    expect(await work()).toEqual([false, true]);
    await resourceServers.endIntrospection(id, SYSTEM);
    expect(await work()).toEqual([false, false]);
    expect(await resourceServers.findByIntrospectionId(first.introspectionId)).toBeUndefined();
  });

  test('that another process changed are seen as changed within 2 s', async () => {
    const { resourceServers, another, clock, newIdentifier } = given;
    const identifier = newIdentifier();
    const { resourceServer } = await resourceServers.create({ identifier, scopes: [READ] }, SYSTEM);
    await resourceServers.find(identifier);
    await resourceServers.allScopes();
    await another.update(resourceServer.id, { scopes: [{ name: 'fresh:scope', sentence: 'New' }] }, SYSTEM);
    clock.ms += 2000;
    expect((await resourceServers.find(identifier))?.scopes).toEqual([
      { name: 'fresh:scope', sentence: 'New' },
    ]);
    expect(await resourceServers.allScopes()).toContain('fresh:scope');
    await another.delete(resourceServer.id, SYSTEM);
    clock.ms += 2000;
    expect(await resourceServers.find(identifier)).toBeUndefined();
    expect(await resourceServers.allScopes()).not.toContain('fresh:scope');
  });

  test('that this process changed are seen as changed at once, by every way to find them', async () => {
    const { resourceServers, newIdentifier } = given;
    const identifier = newIdentifier();
    const { resourceServer } = await resourceServers.create({ identifier, audience: 'before' }, SYSTEM);
    await Promise.all([resourceServers.find(identifier), resourceServers.findByAudience('before')]);
    await resourceServers.update(resourceServer.id, { audience: 'after', name: 'Named' }, SYSTEM);
    expect(await resourceServers.find(identifier)).toMatchObject({ audience: 'after', name: 'Named' });
    expect(await resourceServers.findByAudience('before')).toBeUndefined();
    expect(
      await resourceServers.update(resourceServer.id, { audience: null, name: null }, SYSTEM),
    ).toMatchObject({
      audience: identifier,
    });
    await resourceServers.delete(resourceServer.id, SYSTEM);
    expect(await resourceServers.find(identifier)).toBeUndefined();
  });

  test.each<[string, Partial<ResourceServerInput> | Record<string, unknown>, RegExp]>([
    ['a relative identifier', { identifier: '/api' }, /absolute URI/],
    ['a fragment', { identifier: 'https://x.example.com/#a' }, /fragment/],
    ['a space in the identifier', { identifier: 'https://x.example.com/a b' }, /absolute URI/],
    ['a NUL byte in the identifier', { identifier: 'https://x.example.com/\0' }, /control/],
    ['a long identifier', { identifier: `https://x.example.com/${'x'.repeat(10_000)}` }, /500/],
    ['an unknown format', { tokenFormat: 'paseto' }, /jwt or opaque/],
    ['a shared-secret algorithm', { signingAlg: 'HS256' }, /ES256/],
    ['tokens of 29 s', { accessTokenTtlSeconds: 29 }, /30 to 86400/],
    ['tokens of a day and a second', { accessTokenTtlSeconds: 86_401 }, /30 to 86400/],
    ['an unknown setting', { secret: 'mine' }, /secret/],
    ['a prototype key', JSON.parse('{"__proto__":{"name":"x"}}'), /__proto__/],
    ['a scope with a space', { scopes: [{ name: 'a b', sentence: 'x' }] }, /spaces/],
    ['a scope with a quote', { scopes: [{ name: 'a"b', sentence: 'x' }] }, /quotes/],
    ['a scope with a backslash', { scopes: [{ name: 'a\\b', sentence: 'x' }] }, /backslashes/],
    ['a scope beyond ASCII', { scopes: [{ name: 'lésen', sentence: 'x' }] }, /ASCII/],
    ['a scope without a sentence', { scopes: [{ name: 'a', sentence: '' }] }, /empty/],
    ['a scope with a control character', { scopes: [{ name: 'a', sentence: 'x\u001b[2J' }] }, /control/],
    ['a scope twice', { scopes: [READ, READ] }, /twice/],
    ['a scope of OpenID Connect', { scopes: [{ name: 'openid', sentence: 'x' }] }, /OpenID Connect/],
    ['offline_access as a scope', { scopes: [{ name: 'offline_access', sentence: 'x' }] }, /OpenID Connect/],
  ])('are refused with %s', async (_, input, why) => {
    const { resourceServers, newIdentifier } = given;
    const creating = resourceServers.create(
      { identifier: newIdentifier(), ...input } as ResourceServerInput,
      SYSTEM,
    );
    const error = await creating.catch((refusal) => refusal);
    expect(error).toMatchObject({ code: 'resource_servers.invalid', status: 400 });
    expect(error.sentence).toMatch(why);
  });

  test('that do not exist are unknown, whatever was asked for', async () => {
    const { resourceServers } = given;
    for (const odd of ['', '\0', 'https://\0', '__proto__', 'x'.repeat(10_000), '\ud800']) {
      expect(await resourceServers.find(odd)).toBeUndefined();
      expect(await resourceServers.findByAudience(odd)).toBeUndefined();
      expect(await resourceServers.findByIntrospectionId(odd)).toBeUndefined();
      const attempts = [
        () => resourceServers.get(odd),
        () => resourceServers.update(odd, { name: 'X' }, SYSTEM),
        () => resourceServers.delete(odd, SYSTEM),
        () => resourceServers.rotateIntrospectionSecret(odd, { overlapSeconds: 0 }, SYSTEM),
        () => resourceServers.endIntrospection(odd, SYSTEM),
      ];
      for (const attempt of attempts) {
        await expect(attempt()).rejects.toMatchObject({ code: 'resource_servers.unknown' });
      }
    }
  });

  test('have a version that rises with each change, and only one of 50 savers of the same version wins', async () => {
    const { resourceServers, another, newIdentifier } = given;
    const { resourceServer } = await resourceServers.create({ identifier: newIdentifier() }, SYSTEM);
    const { id } = resourceServer;
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 === 0 ? resourceServers : another).update(id, { name: `API ${at}` }, SYSTEM, {
          version: 1,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({
          code: 'resource_servers.conflict',
          status: 409,
          detail: { version: 2 },
        });
    }
    await resourceServers.rotateIntrospectionSecret(id, { overlapSeconds: 0 }, SYSTEM);
    await resourceServers.endIntrospection(id, SYSTEM);
    expect(await resourceServers.get(id)).toMatchObject({ version: 4 });
  });

  test('are listed in pages that hold each one once', async () => {
    const { resourceServers, newIdentifier } = given;
    const made = [];
    for (let count = 0; count < 5; count += 1) {
      const { resourceServer } = await resourceServers.create({ identifier: newIdentifier() }, SYSTEM);
      made.push(resourceServer.id);
    }
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof resourceServers.list>> = await resourceServers.list({
        limit: 2,
        after,
      });
      ids.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(made));
  });

  test('tell the audit what was before and after, and of secrets a word alone', async () => {
    const { resourceServers, events, newIdentifier } = given;
    events.length = 0;
    const identifier = newIdentifier();
    const { resourceServer, introspectionSecret } = await resourceServers.create({ identifier }, SYSTEM, {
      introspection: true,
    });
    await resourceServers.update(resourceServer.id, { level: '2' }, SYSTEM);
    await resourceServers.rotateIntrospectionSecret(resourceServer.id, { overlapSeconds: 0 }, SYSTEM);
    await resourceServers.endIntrospection(resourceServer.id, SYSTEM);
    expect(events.map(({ detail }) => detail)).toMatchObject([
      { before: { identifier: null }, after: { identifier, introspectionSecret: 'set' } },
      { before: { level: null }, after: { level: '2' } },
      { before: { introspectionSecret: 'set' }, after: { introspectionSecret: 'replaced' } },
      { before: { introspectionSecret: 'set' }, after: { introspectionSecret: null } },
    ]);
    expect(JSON.stringify(events)).not.toContain(introspectionSecret);
  });

  test('have the keys that they ask for before they say so', async () => {
    const { resourceServers, algs, newIdentifier } = given;
    algs.length = 0;
    const { resourceServer } = await resourceServers.create(
      {
        identifier: newIdentifier(),
        signingAlg: 'PS256',
      },
      SYSTEM,
    );
    await resourceServers.update(resourceServer.id, { signingAlg: 'EdDSA' }, SYSTEM);
    expect(algs).toEqual(['PS256', 'EdDSA']);
  });

  test('record each change and who made it', async () => {
    const { resourceServers, events, newIdentifier } = given;
    events.length = 0;
    const by = { actor: { type: 'operator' as const, id: 'ops' } };
    const { resourceServer } = await resourceServers.create({ identifier: newIdentifier() }, by);
    await resourceServers.update(resourceServer.id, { name: 'Named' }, by);
    await resourceServers.rotateIntrospectionSecret(resourceServer.id, { overlapSeconds: 0 }, by);
    await resourceServers.endIntrospection(resourceServer.id, by);
    await resourceServers.delete(resourceServer.id, by);
    expect(events.map(({ event, detail, actor }) => [event, detail?.resourceServerId, actor?.type])).toEqual(
      ['created', 'updated', 'introspection_rotated', 'introspection_ended', 'deleted'].map((what) => [
        `resource_servers.${what}`,
        resourceServer.id,
        'operator',
      ]),
    );
  });
});
