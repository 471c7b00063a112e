import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eachStorage } from '../support/database.ts';
import { CALLBACK, PASSWORD, type Person, startWorld, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

/**
 * How much one press may ask of the database: the answer to a form, and the redirects that the browser follows until the
 * app has its code.
 */
const AT_MOST = { password: 30, totp: 35 };

/** What a node remembers for a moment. */
const REMEMBERED = / from .(?:clients|client_secrets|server_keys)\W/;

/** Whether there is anything of its kind at all: asked once a second by a process, however many people sign in. */
const WHETHER_ANY =
  / from .(?:required_steps|upstream_providers). limit | from .roles. where .requires. is not null limit /;

eachStorage('statements of one press', (storage) => {
  let world: World;
  let client: { id: string };
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    world = await startWorld({ dialect: storage });
    client = await world.createClient();
    [ana, ben] = [await world.createPerson(), await world.createPerson()];
    await world.connectApp(ben);
    // Nobody is new here: the first sign-in of a person, and of this node, is behind us.
    for (const person of [ana, ben]) await signInWith(world.newVisitor(), person);
  });
  afterAll(() => world?.close());

  describe.each(['a browser that is new', 'a browser that is known'])('in %s', (which) => {
    test('a password', async () => {
      const visitor = await browser(which, ana);
      const login = await visitor.open(world.ask(client.id));
      // As long as it takes to type: apps and keys, which a node remembers for a moment, are read again.
      world.pass(5000);
      const fields = { identifier: ana.email, password: PASSWORD };
      const { page, statements } = await counted(() => visitor.submit(login, fields, { form: '/login' }));
      expect(page.url).toContain(`${CALLBACK}?code=`);
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(AT_MOST.password);
      // What nearly nobody has planned is looked for, and not tried to be taken back.
      expect(statements.filter((sql) => /delete from .?account_deletions/.test(sql))).toEqual([]);
    });

    test('a code of an authenticator app', async () => {
      const visitor = await browser(which, ben);
      const step = await world.givePassword(visitor, client.id, ben);
      const { page, statements } = await counted(() => world.giveCode(visitor, step, ben));
      expect(page.url).toContain(`${CALLBACK}?code=`);
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(AT_MOST.totp);
    });
  });

  test('counts what goes past the query builder, inside a transaction, and to Redis', async () => {
    const { db } = world.modules;
    const { statements, commands } = await counted(async () => {
      await db.hot('select 1 as one', []);
      await db.transaction(async (inside) => void (await inside.hot('select 2 as two', [])));
      await world.redis?.redis.send('get', world.redis.redis.key('nothing'));
      return undefined as unknown as Page;
    });
    expect(statements.filter((sql) => /select [12] as/.test(sql))).toHaveLength(2);
    expect(commands).toHaveLength(storage === 'redis' ? 1 : 0);
  });

  async function browser(which: string, person: Person): Promise<Visitor> {
    const visitor = world.newVisitor();
    if (which === 'a browser that is new') return visitor;
    await signInWith(visitor, person);
    // The sessions of a browser end when it is closed; by what it is known stays.
    const kept = visitor.cookies.filter(({ name }) => !name.includes('session'));
    visitor.cookies.splice(0, visitor.cookies.length, ...kept);
    return visitor;
  }

  async function signInWith(visitor: Visitor, person: Person): Promise<void> {
    const page = await world.givePassword(visitor, client.id, person);
    if (!page.url.startsWith(CALLBACK)) await world.giveCode(visitor, page, person);
  }

  /** Every statement, whatever sends it (`db.hot` tells of its own), and every command of this app's to Redis. */
  async function counted(press: () => Promise<Page>) {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => {
      // Read anew after a second or two: once for each press, however slow this machine is at the moment.
      if (WHETHER_ANY.test(sql)) return;
      const isAgain = REMEMBERED.test(sql) && statements.includes(sql);
      if (!isAgain) statements.push(sql);
    };
    const commands = await watchRedis(world);
    world.modules.db.knex.on('query', note);
    const page = await press();
    world.modules.db.knex.off('query', note);
    const told = expect.getState().currentTestName;
    const sent = await commands();
    // In the output of the test: what costs more than before shows before it costs too much.
    process.stdout.write(`${told}: ${statements.length} statements, ${sent.length} commands to Redis\n`);
    return { page, statements, commands: sent };
  }
});

/** What this app sends, as the server itself hears it. */
async function watchRedis({ redis }: World): Promise<() => Promise<string[]>> {
  if (!redis) return async () => [];
  const client = new Client(redis.url);
  onTestFinished(() => client.disconnect());
  const monitor = await client.monitor();
  const heard: string[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const last = `${redis.prefix}the last one`;
  monitor.on('monitor', (_time, args: string[], source: string) => {
    if (args.includes(last)) return end();
    // What a script does inside is part of the one command that runs it.
    if (source !== 'lua' && args.some((arg) => arg.startsWith(redis.prefix))) heard.push(args.join(' '));
  });
  return async () => {
    await client.get(last);
    await ended;
    monitor.disconnect();
    return heard;
  };
}
