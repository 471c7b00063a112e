import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createId } from '../../src/lib/ids.ts';
import { createSecret, sha256 } from '../../src/lib/secret.ts';
import { createUsers } from '../../src/users/users.ts';
import { setUpCli } from '../cli/set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { everythingStored, noRoles, nothingEnds } from '../users/set-up.ts';
import { clientCommands, setUpClients } from './set-up.ts';

const WEB = { name: 'Shop', redirectUris: ['https://shop.example.com/callback'] };
const BY = { actor: { type: 'operator', id: 'ada' } } as const;
const TYPED = ['--name', 'Shop', '--redirect-uri', 'https://shop.example.com/callback', '--json'];

eachDatabase('clients with a chosen id', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpClients>>;
  let run: ReturnType<typeof setUpCli>;
  beforeAll(async () => {
    given = await setUpClients(dialect);
    run = setUpCli(clientCommands(given));
  });
  afterAll(() => given.close());

  const createCalled = async (id: string) => (await given.clients.create(WEB, BY, { id })).client;
  const taken = { code: 'clients.id_taken', status: 409 };

  test('are found by it, at once, also where it was asked for before', async () => {
    const { clients } = given;
    expect(await clients.find('grafana')).toBeUndefined();
    const created = await createCalled('grafana');
    expect(created.id).toBe('grafana');
    expect(await clients.find('grafana')).toEqual(created);
  });

  test('are one when 50 ask for the same id at once', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 ? given.clients : given.another).create(WEB, BY, { id: 'race-for-it' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject(taken);
  });

  test('never have the id of one that is there, or was, whether chosen or made up', async () => {
    const { clients } = given;
    const { client: made } = await clients.create(WEB, SYSTEM);
    for (const id of ['once', made.id]) {
      if (id === 'once') await createCalled(id);
      await expect(createCalled(id)).rejects.toMatchObject(taken);
      await clients.delete(id, SYSTEM);
      await expect(createCalled(id)).rejects.toMatchObject(taken);
      expect(await clients.find(id)).toBeUndefined();
    }
  });

  test('are not brought back by 50 who ask for the id while its client is deleted', async () => {
    const { client } = await given.clients.create(WEB, SYSTEM);
    const answers = await Promise.allSettled([
      ...Array.from({ length: 25 }, () => createCalled(client.id)),
      given.clients.delete(client.id, SYSTEM),
      ...Array.from({ length: 25 }, () => createCalled(client.id)),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await given.another.find(client.id)).toBeUndefined();
  });

  test('never have the id that a person has or had (RFC 9700 §4.15)', async () => {
    const { db, clock } = given;
    const users = createUsers({
      db,
      clock,
      audit: { async record() {} },
      end: nothingEnds,
      giveRoles: noRoles,
    });
    await users.create({ email: 'one@example.com', id: 'employee-1' }, SYSTEM);
    await users.create({ email: 'two@example.com', id: 'employee-2' }, SYSTEM);
    await users.delete('employee-2', SYSTEM);
    for (const id of ['employee-1', 'employee-2'])
      await expect(createCalled(id)).rejects.toMatchObject(taken);
    await createCalled('service-1');
    await expect(users.create({ email: 'three@example.com', id: 'service-1' }, SYSTEM)).rejects.toMatchObject(
      {
        code: 'users.id_taken',
      },
    );
  });

  test('are refused with a word when the id is built in, kept or cannot be one', async () => {
    for (const id of ['gatehouse-account', 'Gatehouse', 'ab', 'a:b', createId('usr'), createId('rsi')])
      await expect(createCalled(id)).rejects.toMatchObject({ code: 'clients.invalid' });
    const elsewhere = given.createWith({ builtIn: [{ ...(await createCalled('lobby-1')), id: 'lobby' }] });
    await expect(elsewhere.create(WEB, BY, { id: 'lobby' })).rejects.toMatchObject(taken);
  });

  test('are found by who mistyped it, in capitals too', async () => {
    await createCalled('Nextcloud.Prod');
    expect(await given.clients.findSimilar('Nextcloud.prod')).toContain('Nextcloud.Prod');
  });

  test('bring their secret by standard input, which is stored as ours are and not shown', async () => {
    const { clients, db } = given;
    const secret = createSecret();
    const made = await run(['clients', 'create', '--id', 'moved', '--secret-stdin', ...TYPED], {
      stdin: [`${secret}\n`],
    });
    expect(made).toMatchObject({ exitCode: 0, stderr: '', json: { client_id: 'moved', secrets: 1 } });
    expect(made.stdout).not.toContain(secret);
    const client = await clients.find('moved');
    expect(client && clients.isSecret(client, secret)).toBe(true);
    const stored = await everythingStored({ db }, ['clients', 'client_secrets']);
    expect(stored).toContain(sha256(secret));
    expect(stored).not.toContain(secret);
    expect(JSON.stringify(given.events)).not.toContain(secret);
  });

  test.each([
    ['a weak secret', [], 'correct-horse-battery', /secret.*32 to 256/],
    ['an empty one', [], '', /secret.*32 to 256/],
    ['one for a client that has none', ['--type', 'spa'], createSecret(), /secret.*none/],
  ])('are not made with %s, and the id stays free', async (_, argv, stdin, why) => {
    const words = ['clients', 'create', '--id', 'still-free', '--secret-stdin', ...argv, ...TYPED];
    const answer = await run(words, { stdin: [stdin] });
    expect(answer).toMatchObject({ exitCode: 1, json: { error: { code: 'clients.invalid' } } });
    expect(answer.json.error.message).toMatch(why);
    if (stdin !== '') expect(answer.stdout).not.toContain(stdin);
    expect(await given.db('spent_ids').where({ id_hash: sha256('still-free') })).toEqual([]);
  });
});
