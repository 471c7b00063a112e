import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startAppForTest, type TestApp } from '../support/app.ts';
import { createEmptyDatabase, eachDatabase } from '../support/database.ts';
import { startGatehouse } from '../support/processes.ts';
import { authorizationUrl, createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { findFreePort, startPostgres } from '../support/services.ts';
import { parseSamples, sumOf } from './scrape.ts';

const TOKEN = 'a-token-of-a-test-of-metrics';
const withToken = { environment: { METRICS_TOKEN: TOKEN } };

async function scrape({ url }: Pick<TestApp, 'url'>, token = TOKEN) {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return { status: response.status, text, type: response.headers.get('content-type'), response };
}

const read = async (started: TestApp) => parseSamples((await scrape(started)).text);

describe('who may read', () => {
  test('nobody, unless a port or a token is set: there is no such page', async () => {
    const off = await createMetrics({ config: { metrics: { host: '127.0.0.1' } }, release: '1' });
    expect(off.isOn).toBe(false);
    const started = await startAppForTest();
    expect((await scrape(started)).status).toBe(404);
    expect((await fetch(`${started.url}/metrics`)).status).toBe(404);
  });

  test('only who shows the token', async () => {
    const started = await startAppForTest(withToken);
    const refused = await fetch(`${started.url}/metrics`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await refused.text()).not.toContain('gatehouse_http');
    expect((await scrape(started, `${TOKEN}x`)).status).toBe(401);
    const answer = await scrape(started);
    expect(answer.status).toBe(200);
    expect(answer.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.response.headers.get('cache-control')).toBe('no-store');
    expect(started.log()).not.toContain(TOKEN);
  });

  test('a port of its own answers /metrics and nothing else, and wants the token when there is one', async () => {
    const port = await findFreePort();
    const config = { metrics: { port, host: '127.0.0.1' } };
    const open = await createMetrics({ config, release: '1.2.3' });
    await open.start();
    onTestFinished(open.stop);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(await answer.text()).toContain('gatehouse_build_info{version="1.2.3"');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
    expect(open.routes).toEqual([]);
    await open.stop();

    const metrics = { ...config.metrics, port: await findFreePort() };
    const closed = await createMetrics({ config: { metrics, metricsToken: TOKEN }, release: '1.2.3' });
    await closed.start();
    onTestFinished(closed.stop);
    expect((await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).status).toBe(401);
  });

  test('a port that is taken is told, and people can still sign in', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const started = await startAppForTest({ settings: { metrics: { port } } });
    started.app.start();
    await expect.poll(() => started.log()).toContain('metrics.port_unavailable');
    expect((await fetch(`${started.url}/health/ready`)).status).toBe(200);
  });
});

eachDatabase('the figures', (dialect) => {
  test('count what a whole sign-in does, by the patterns of routes', async () => {
    const started = await startAppForTest({ dialect, ...withToken });
    const person = await createPerson(started);
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person);
    const refresh = (token: string) =>
      fetch(`${started.url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${party.clientId}:${party.secret}`)}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
      });
    expect((await refresh(tokens.refresh_token ?? '')).status).toBe(200);
    expect((await refresh('unknown')).status).toBe(400);

    const samples = await read(started);
    const value = (name: string, labels?: Record<string, string>) => sumOf(samples, name, labels);
    const requests = 'gatehouse_http_requests_total';
    expect(value(requests, { method: 'POST', route: '/token', status: '200' })).toBe(2);
    expect(value(requests, { method: 'POST', route: '/token', status: '400' })).toBe(1);
    expect(value(requests, { method: 'POST', route: '/interaction/:uid/login' })).toBe(1);
    expect(value(requests, { method: 'GET', route: '/auth/:id' })).toBeGreaterThan(0);
    expect(value('gatehouse_http_request_duration_seconds_count', { route: '/token' })).toBe(3);
    expect(value('gatehouse_http_requests_in_flight')).toBe(1); // this scrape
    const tokensOf = (type: string) => value('gatehouse_oidc_tokens_issued_total', { type });
    expect(tokensOf('authorization_code')).toBe(1);
    expect(tokensOf('access_token_opaque')).toBe(2);
    expect(tokensOf('refresh_token')).toBe(2);
    expect(tokensOf('id_token')).toBe(2);
    expect(value('gatehouse_oidc_grants_total', { grant_type: 'authorization_code' })).toBe(1);
    expect(value('gatehouse_oidc_grants_total', { grant_type: 'refresh_token' })).toBe(1);
    expect(value('gatehouse_oidc_refusals_total', { endpoint: 'token', error: 'invalid_grant' })).toBe(1);
    expect(value('gatehouse_methods_answers_total', { method: 'password', outcome: 'proved' })).toBe(1);
    expect(value('gatehouse_audit_events_total', { event: 'interaction.signed_in' })).toBe(1);
    expect(value('gatehouse_password_hash_duration_seconds_count')).toBeGreaterThan(0);
    expect(value('gatehouse_password_hashes_waiting')).toBe(0);
    expect(value('gatehouse_database_up')).toBe(1);
    expect(value('gatehouse_database_ping_seconds')).toBeGreaterThan(0);
    expect(value('gatehouse_database_connections_max')).toBe(dialect === 'postgres' ? 10 : undefined);
    expect(value('gatehouse_keys_age_seconds', { alg: 'ES256', state: 'current' })).toBeGreaterThanOrEqual(0);
    expect(value('gatehouse_keys_overdue_seconds', { alg: 'ES256' })).toBe(0);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(value('gatehouse_redis_up')).toBeUndefined();

    const { text } = await scrape(started);
    for (const personal of [person.id, person.email, party.clientId, party.secret ?? '-']) {
      expect(text).not.toContain(personal);
    }
  });

  test('count wrong answers by their outcome', async () => {
    const started = await startAppForTest({ dialect, ...withToken });
    const person = await createPerson(started);
    const party = await createRelyingParty(started);
    const visitor = createVisitor(started.url);
    const login = await visitor.open((await authorizationUrl(party)).href);
    await visitor.submit(login, { identifier: person.email, password: 'not this one' }, { form: '/login' });
    const samples = await read(started);
    expect(sumOf(samples, 'gatehouse_methods_answers_total', { method: 'password', outcome: 'wrong' })).toBe(
      1,
    );
    expect(sumOf(samples, 'gatehouse_methods_answers_total', { outcome: 'proved' })).toBeUndefined();
  });

  test('tell how many mails wait, and that a round of removing is over', async () => {
    const clock = { time: Date.now(), now: () => clock.time };
    const started = await startAppForTest({
      dialect,
      clock,
      environment: { ...withToken.environment, SMTP_URL: 'smtp://127.0.0.1:1' },
      settings: { keys: { rotateEverySeconds: 3_600 } },
    });
    const { modules } = started;
    const from = { when: 0, network: '192.0.2.1', sessionsUrl: 'https://x.example', appName: 'Books' };
    for (const to of ['a@example.com', 'b@example.com']) {
      await modules.mail.send({ to, template: 'token-theft', data: from, locale: 'en' });
    }
    clock.time += 3 * 3_600_000;
    const samples = await read(started);
    expect(sumOf(samples, 'gatehouse_mail_queued')).toBe(2);
    expect(sumOf(samples, 'gatehouse_database_sweep_timestamp_seconds')).toBeLessThan(clock.time / 1000);
    expect(sumOf(samples, 'gatehouse_keys_overdue_seconds', { alg: 'ES256' })).toBeGreaterThan(7_000);
  });
});

test('no request can make a new time series', async () => {
  const started = await startAppForTest(withToken);
  const before = (await read(started)).length;
  for (let each = 0; each < 40; each += 1) {
    await fetch(`${started.url}/made-up-${each}?a=${each}`);
    await fetch(`${started.url}/auth/made-up-${each}`);
    await fetch(`${started.url}/interaction/made-up-${each}/login`);
    await fetch(`${started.url}/token?x=${each}`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: `g${each}` }),
    });
    await fetch(`${started.url}/auth?client_id=made-up-${each}&response_type=code`);
    await fetch(`${started.url}/`, { method: each % 2 ? 'PROPFIND' : 'REPORT' });
  }
  const { text } = await scrape(started);
  expect(text).not.toMatch(/made-up|PROPFIND|g39/);
  // Six routes with a histogram of fifteen series each, and the refusals.
  expect(parseSamples(text).length - before).toBeLessThan(160);
});

test('an issuer with a path has its figures there, by the same routes', async () => {
  const started = await startAppForTest({ ...withToken, base: '/id' });
  await fetch(`${started.url}/jwks`);
  await fetch(`${started.url}/jwks`);
  await fetch(`${started.url}/token`, { method: 'POST' });
  const samples = await read(started);
  expect(sumOf(samples, 'gatehouse_http_requests_total', { route: '/jwks', status: '200' })).toBe(2);
  expect(sumOf(samples, 'gatehouse_http_requests_total', { route: '/token' })).toBe(1);
  expect((await fetch(new URL('/metrics', started.url))).status).toBe(404);
});

test('a database that is away is a figure, and the scrape is answered', async () => {
  const postgres = await startPostgres();
  onTestFinished(postgres.stop);
  const server = await startGatehouse({ env: { DATABASE_URL: postgres.url, METRICS_TOKEN: TOKEN } });
  onTestFinished(async () => void (await server.stop()));
  await postgres.halt();
  const { status, text } = await scrape(server);
  expect(status).toBe(200);
  const samples = parseSamples(text);
  expect(sumOf(samples, 'gatehouse_database_up')).toBe(0);
  expect(sumOf(samples, 'gatehouse_database_ping_seconds')).toBeUndefined();
  expect(sumOf(samples, 'gatehouse_keys_age_seconds')).toBeUndefined();
  expect(sumOf(samples, 'gatehouse_http_requests_in_flight')).toBe(1);
  await postgres.resume();
  await expect
    .poll(async () => sumOf(parseSamples((await scrape(server)).text), 'gatehouse_database_up'))
    .toBe(1);
});

test('workers answer as one, on the port and beside the pages', async () => {
  const database = await createEmptyDatabase('postgres');
  onTestFinished(database.remove);
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-metrics-'));
  const file = join(folder, 'gatehouse.yaml');
  await writeFile(file, `metrics: { port: ${port} }\n`);
  const server = await startGatehouse({
    env: { DATABASE_URL: database.url, WORKERS: '2', METRICS_TOKEN: TOKEN, CONFIG: file },
  });
  onTestFinished(async () => void (await server.stop()));
  for (let each = 0; each < 20; each += 1) {
    await fetch(`${server.url}/jwks`, { headers: { connection: 'close' } });
  }
  for (const url of [`http://127.0.0.1:${port}`, server.url]) {
    await expect
      .poll(async () => {
        const samples = parseSamples((await scrape({ url })).text);
        return {
          workers: sumOf(samples, 'gatehouse_process_workers'),
          up: sumOf(samples, 'gatehouse_database_up'),
          requests: sumOf(samples, 'gatehouse_http_requests_total', { route: '/jwks' }),
          release: samples.find(({ name }) => name === 'gatehouse_build_info')?.value,
        };
      })
      .toEqual({ workers: 2, up: 1, requests: 20, release: 1 });
  }
});

test('a figure that cannot be read is left out and counted, and the others are there', async () => {
  const metrics = await createMetrics({
    config: { metrics: { host: '127.0.0.1' }, metricsToken: TOKEN },
    release: '1',
  });
  metrics.gauge('gatehouse_mail_queued', () => Promise.reject(new Error('away')));
  metrics.gauge('gatehouse_redis_up', () => [{ value: 1 }]);
  await metrics.text();
  const samples = parseSamples(await metrics.text());
  expect(sumOf(samples, 'gatehouse_mail_queued')).toBeUndefined();
  expect(sumOf(samples, 'gatehouse_redis_up')).toBe(1);
  expect(
    sumOf(samples, 'gatehouse_metrics_failures_total', { metric: 'gatehouse_mail_queued' }),
  ).toBeGreaterThan(0);
});

test('every figure of the catalogue is told to Prometheus with its meaning', async () => {
  const { text } = await scrape(await startAppForTest(withToken));
  for (const name of Object.keys(catalogue)) expect(text).toContain(`# HELP ${name} `);
});
