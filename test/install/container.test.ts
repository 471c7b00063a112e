import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { blocksIn } from '../support/documents.ts';
import { repository } from '../support/processes.ts';

/** What Gatehouse is told by compose.yaml and docs/install/container.md. The image itself: test/launcher/image.test.ts. */

const SECRET_KEY = randomBytes(32).toString('base64');

test('Gatehouse takes the settings of compose.yaml, and finds the services by their names', () => {
  const { services } = parse(readFileSync(join(repository, 'compose.yaml'), 'utf8'));
  const { environment } = services.gatehouse;
  // As compose fills them in: the default behind `:-`, and what the first lines of the file put into .env.
  const given = Object.fromEntries(
    Object.entries(environment as Record<string, string>).map(([name, value]) => [
      name,
      value.replace(/^\$\{\w+:-(.*)\}$/, '$1').replace(/^\$\{SECRET_KEY:\?.*\}$/, SECRET_KEY),
    ]),
  );
  const config = loadConfig(given);
  const hosts = [config.databaseUrl, config.redisUrl, config.smtpUrl].map(
    (url) => new URL(url ?? '').hostname,
  );
  for (const host of hosts) expect(Object.keys(services)).toContain(host);
  expect(Object.keys(services.gatehouse.depends_on).sort()).toEqual(hosts.sort());
  expect(services.gatehouse.ports).toEqual([`127.0.0.1:${config.port}:${config.port}`]);
});

test('Gatehouse takes the settings of `docker run`', () => {
  const commands = blocksIn('docs/install/container.md').map(({ text }) => text.replaceAll(/\\\n\s*/g, ''));
  const [run = ''] = commands.filter((text) => text.startsWith('docker run'));
  const given = [...run.matchAll(/--env (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
  expect(loadConfig({ ...Object.fromEntries(given), SECRET_KEY })).toMatchObject({
    issuer: 'https://id.example.com',
    trustProxy: 1,
  });
});
