import { expect, test } from 'vitest';
import { startGatehouse } from '../support/processes.ts';

test('SIGTERM ends a running server in order and with 0, and its log is JSON without the link it printed', async () => {
  const server = await startGatehouse();
  const ready = await fetch(`${server.url}/health/ready`);
  expect(await ready.json()).toEqual({ status: 'ok', checks: { database: 'ok' } });
  const [, token = ''] = await server.waitFor(/token=([\w-]{43})/);
  await fetch(`${server.url}/first-administrator?token=${token}`);

  expect(await server.stop()).toBe(0);
  const lines = server.output().split('\n');
  const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(logged.map(({ msg }) => msg)).toContain('GET /first-administrator 200');
  expect(logged.at(-1)).toMatchObject({ level: 'info', msg: 'Stopped' });
  expect(JSON.stringify(logged)).not.toContain(token);
});
