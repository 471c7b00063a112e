import { Redis } from 'ioredis';
import * as oidc from 'openid-client';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startAppForTest } from '../support/app.ts';
import { blocksIn } from '../support/documents.ts';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { startPostgres, startRedis } from '../support/services.ts';

/** What docs/redis.md and docs/nodes.md tell to type at the stores themselves, on servers of their own. */

test('the rights that docs/redis.md gives are enough for a whole sign-in', async () => {
  const server = await startRedis();
  onTestFinished(server.stop);
  const operator = new Redis(server.url);
  onTestFinished(() => operator.disconnect());
  const [block] = blocksIn('docs/redis.md').filter(({ language }) => language === 'redis');
  const [name = '', ...words] = (block?.text.trim() ?? '').split(' ');
  expect(await operator.call(name, ...words)).toBe('OK');

  const url = new URL(server.url);
  url.username = words[1] ?? '';
  url.password = words.find((word) => word.startsWith('>'))?.slice(1) ?? '';
  const started = await startAppForTest({ environment: { REDIS_URL: url.href } });
  const party = await createRelyingParty(started);
  const { tokens } = await signIn(started, party, await createPerson(started));
  const refreshed = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
  expect(refreshed.access_token).toBeTypeOf('string');
  const keys = await operator.keys('*');
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter((key) => !key.startsWith('gatehouse:'))).toEqual([]);
  expect(started.log()).not.toContain('NOPERM');
});

test('the limits of time that docs/nodes.md gives the role behind a pooler hold for new connections', async () => {
  const server = await startPostgres();
  onTestFinished(server.stop);
  const [block] = blocksIn('docs/nodes.md').filter(({ language }) => language === 'sql');
  const ask = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const answers: unknown[] = [];
    for (const statement of statements) answers.push((await client.query(statement)).rows);
    await client.end();
    return answers;
  };
  await ask(block?.text ?? '');
  expect(await ask('show statement_timeout', 'show lock_timeout')).toEqual([
    [{ statement_timeout: '15s' }],
    [{ lock_timeout: '10s' }],
  ]);
});
