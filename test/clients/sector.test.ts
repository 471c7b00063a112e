import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { down, up } from '../../migrations/202611282012_clients_sector_checked.ts';
import { createClients } from '../../src/clients/clients.ts';
import { outgoingFailed } from '../../src/http/errors.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { CALLBACK, cameBack, startWorld } from '../flows/second-factor-set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { recordEffects, setUpClients } from './set-up.ts';

const SECTOR = 'https://example.com/redirects.json';
const [SHOP, BLOG, WIKI] = ['https://shop.example/cb', 'https://blog.example/cb', 'https://wiki.example/cb'];
const PAIRWISE = {
  name: 'Shops',
  redirectUris: [SHOP, BLOG],
  subjectType: 'pairwise' as const,
  sectorIdentifierUri: SECTOR,
};

eachDatabase('a client with a sector document', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpClients>>;
  let asked: string[];
  let answer: () => Promise<Response>;
  beforeAll(async () => {
    const fetch = (url: string | URL) => {
      asked.push(String(url));
      return answer();
    };
    given = await setUpClients(dialect, { fetch });
  });
  beforeEach(() => {
    asked = [];
    answer = async () => Response.json([SHOP, BLOG]);
  });
  afterAll(() => given.close());

  test('is registered when the document lists its redirect URIs (OIDC Core §8.1), which is kept', async () => {
    const { client } = await given.clients.create(PAIRWISE, SYSTEM);
    expect(asked).toEqual([SECTOR]);
    expect(client.sectorCheckedAt).toBe(given.clock.now());
    expect(await given.another.find(client.id)).toEqual(client);
  });

  test.each<[string, () => Promise<Response>, RegExp]>([
    [
      'cannot be loaded',
      async () => Promise.reject(outgoingFailed({ origin: 'https://example.com', why: 'ECONNREFUSED' })),
      /could not be loaded: ECONNREFUSED/,
    ],
    ['is not there', async () => new Response('', { status: 404 }), /answered with 404/],
    ['is no JSON', async () => new Response('<html>'), /must be a JSON array/],
    ['is no array', async () => Response.json({ 0: SHOP, 1: BLOG }), /must be a JSON array/],
    ['holds something else', async () => Response.json([SHOP, BLOG, 1]), /must be a JSON array/],
    ['lacks a redirect URI', async () => Response.json([SHOP]), /does not list https:\/\/blog\.example\/cb/],
  ])('is not registered when the document %s', async (_what, answers, why) => {
    answer = answers;
    const before = (await given.clients.list({ limit: 1000 })).items;
    await expect(given.clients.create(PAIRWISE, SYSTEM)).rejects.toMatchObject({
      code: 'clients.invalid',
      detail: { problems: [{ field: 'sectorIdentifierUri', why: expect.stringMatching(why) }] },
    });
    expect((await given.clients.list({ limit: 1000 })).items).toEqual(before);
  });

  test('is changed, disabled and enabled without the document, as long as its redirect URIs are known', async () => {
    const { client } = await given.clients.create(PAIRWISE, SYSTEM);
    answer = async () => new Response('', { status: 503 });
    await given.clients.update(client.id, { name: 'Other', redirectUris: [BLOG] }, SYSTEM);
    await given.clients.disable(client.id, SYSTEM);
    const enabled = await given.clients.enable(client.id, SYSTEM);
    expect(enabled).toMatchObject({ name: 'Other', sectorCheckedAt: client.sectorCheckedAt });
    expect(asked).toEqual([SECTOR]);
  });

  test('needs the document for a new redirect URI and for a new document', async () => {
    const { client } = await given.clients.create(PAIRWISE, SYSTEM);
    const wider = { redirectUris: [SHOP, BLOG, WIKI] };
    await expect(given.clients.update(client.id, wider, SYSTEM)).rejects.toMatchObject({
      code: 'clients.invalid',
    });
    answer = async () => Response.json([SHOP, BLOG, WIKI]);
    expect((await given.clients.update(client.id, wider, SYSTEM)).metadata.redirect_uris).toContain(WIKI);
    const moved = { sectorIdentifierUri: 'https://example.com/moved.json' };
    await given.clients.update(client.id, moved, SYSTEM);
    expect(asked).toEqual([SECTOR, SECTOR, SECTOR, moved.sectorIdentifierUri]);
    const without = { subjectType: 'public' as const, sectorIdentifierUri: null };
    expect(await given.clients.update(client.id, without, SYSTEM)).not.toHaveProperty('sectorCheckedAt');
  });

  test('that changes while its document is loaded is judged as it is then', async () => {
    const { client } = await given.clients.create({ ...PAIRWISE, redirectUris: [SHOP] }, SYSTEM);
    answer = async () => {
      answer = async () => Response.json([SHOP, BLOG, WIKI]);
      await given.another.update(
        client.id,
        { sectorIdentifierUri: 'https://example.com/moved.json' },
        SYSTEM,
      );
      return Response.json([SHOP, BLOG]);
    };
    const update = given.clients.update(client.id, { redirectUris: [SHOP, BLOG] }, SYSTEM);
    await expect(update).rejects.toMatchObject({ code: 'clients.invalid' });
    expect((await given.another.find(client.id))?.metadata.redirect_uris).toEqual([SHOP]);
  });

  test('of an earlier release counts as checked after the upgrade, and one without a document does not', async () => {
    const { db } = given;
    const { client } = await given.clients.create(PAIRWISE, SYSTEM);
    const { client: plain } = await given.clients.create({ name: 'Plain', redirectUris: [SHOP] }, SYSTEM);
    await db.transaction((transaction) => down(transaction.knex));
    await db.transaction((transaction) => up(transaction.knex));
    expect((await given.another.find(client.id))?.sectorCheckedAt).toBe(client.updatedAt);
    expect((await given.another.find(plain.id))?.sectorCheckedAt).toBeUndefined();
  });
});

test('signs people in when its document cannot be loaded any more; one that was never looked at does not', async () => {
  const world = await startWorld();
  try {
    const { db, audit } = world.modules;
    const document = { fetch: async () => Response.json([CALLBACK]) };
    const clock = { now: world.now };
    const clients = createClients({ db, audit, clock, builtIn: [], outgoing: document, ...recordEffects() });
    const { client } = await clients.create(
      {
        ...PAIRWISE,
        redirectUris: [CALLBACK],
        // Reserved (RFC 2606 §2): nothing answers there.
        sectorIdentifierUri: 'https://sector.invalid/redirects.json',
      },
      SYSTEM,
    );
    const person = await world.createPerson();
    const visitor = world.newVisitor();
    const login = await visitor.open(world.ask(client.id));
    const consent = await visitor.submit(
      login,
      { identifier: person.email, password: 'seven quiet otters drift' },
      { form: '/login' },
    );
    expect(cameBack(await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' }))).toBe(true);

    await db.knex('clients').where({ id: client.id }).update({ sector_checked_at: null });
    world.pass(2_000);
    const refused = await world.newVisitor().open(world.ask(client.id));
    expect([refused.status, refused.forms.some(({ action }) => action.includes('/login'))]).toEqual([
      400,
      false,
    ]);
  } finally {
    await world.close();
  }
});
