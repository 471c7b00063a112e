import { connect } from 'node:net';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startRedis } from './services.ts';

test('every test file is given a PostgreSQL server', async () => {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  const { rows } = await client.query("select current_setting('server_version_num')::int as version");
  expect(rows[0].version).toBeGreaterThan(130000);
  await client.end();
});

test('a test can take a private server away and bring it back', async () => {
  const redis = await startRedis();
  const send = (command: string) => sendToRedis(redis.url, command);
  try {
    expect(await send('PING')).toBe('+PONG');
    await redis.halt();
    await expect(send('PING')).rejects.toThrow('ECONNREFUSED');
    await redis.resume();
    expect(await send('PING')).toBe('+PONG');
  } finally {
    await redis.stop();
  }
});

function sendToRedis(url: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(String(reply).trim());
    });
  });
}
