import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oidcConfig } from '../../src/oidc/config.ts';
import { startApp, startAppForTest, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';

const ISSUER = 'http://openid.net/specs/connect/1.0/issuer';
const settings = { oidc: oidcConfig.parse({ webfingerDomains: ['example.com', 'MÜLLER.example'] }) };

describe('WebFinger (RFC 7033, OpenID Connect Discovery §2)', () => {
  let started: TestApp;
  beforeAll(async () => {
    started = await startApp({ settings });
  });
  afterAll(() => started.close());

  const ask = (query: Record<string, string> | string[][] | string, method = 'GET') =>
    fetch(`${started.url}/.well-known/webfinger?${new URLSearchParams(query)}`, { method });
  const find = (resource: string) => ask({ resource });

  test('names the issuer of an address, to pages of every origin', async () => {
    const answer = await ask({ resource: 'acct:ana@example.com', rel: ISSUER });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jrd+json']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(await answer.json()).toEqual({
      subject: 'acct:ana@example.com',
      links: [{ rel: ISSUER, href: started.url }],
    });
    expect((await ask({ resource: 'acct:ana@example.com' }, 'HEAD')).status).toBe(200);
    // As Tailscale asks.
    const withSlash = `${started.url}/.well-known/webfinger/?resource=acct:ana@example.com`;
    expect((await fetch(withSlash)).status).toBe(200);
  });

  test('the issuer is the one of its discovery, to the letter', async () => {
    const found = (await (await find('acct:ana@example.com')).json()) as { links: { href: string }[] };
    const discovery = await fetch(`${found.links[0]?.href}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer: found.links[0]?.href });
  });

  test('says the same for everything before the @: nobody learns who has an account', async () => {
    const { email } = await createPerson(started);
    const look = async (resource: string) => {
      const answer = await find(resource);
      const { subject, ...rest } = (await answer.json()) as Record<string, unknown>;
      expect(subject).toBe(resource);
      const headers = [...answer.headers].filter(
        ([name]) => !/^(?:date|content-length|x-request-id)$/.test(name),
      );
      return { status: answer.status, rest, headers };
    };
    const known = await look(`acct:${email}`);
    expect(known.status).toBe(200);
    for (const local of [
      'nobody',
      'a'.repeat(300),
      'j%C3%BCrgen',
      'jürgen',
      '%22a%20b%22',
      'a%40b',
      'a+b',
      '.a',
      '<b>',
    ]) {
      expect(await look(`acct:${local}@example.com`)).toEqual(known);
    }
    expect(await look('mailto:nobody@example.com')).toEqual(known);
  });

  test('knows a domain by every spelling of it', async () => {
    for (const domain of [
      'EXAMPLE.com',
      'example.com.',
      'müller.example',
      'xn--mller-kva.example',
      'm%C3%BCller.example',
      'MU\u0308LLER.example',
    ]) {
      expect([domain, (await find(`acct:ana@${domain}`)).status]).toEqual([domain, 200]);
    }
  });

  test('404 for others', async () => {
    for (const resource of [
      'acct:ana@example.org',
      'acct:ana@mail.example.com',
      'acct:ana@notexample.com',
      'acct:ana@example.com@example.org',
      'https://example.com/ana',
      'tel:+4930123456',
    ]) {
      const answer = await find(resource);
      expect([resource, answer.status]).toEqual([resource, 404]);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  test('400 for a malformed resource, for none and for two (RFC 7033 §4.2)', async () => {
    for (const resource of [
      '',
      'ana@example.com',
      'acct:',
      'acct:ana',
      'acct:@example.com',
      'acct:ana@',
      'acct:ana@exa mple.com',
      'acct:ana@example.com:8443',
      'acct:ana@example.com?x=1',
      'acct:ana@exa_mple.com',
      'acct:%ff@example.com',
      'acct:a%00@example.com',
      'acct:ana@%',
    ]) {
      const answer = await find(resource);
      expect([resource, answer.status]).toEqual([resource, 400]);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
    }
    expect((await ask({})).status).toBe(400);
    const twice = [
      ['resource', 'acct:ana@example.com'],
      ['resource', 'acct:bob@example.com'],
    ];
    expect((await ask(twice)).status).toBe(400);
  });

  test('gives only the relations that are asked for, of any number (RFC 7033 §4.3)', async () => {
    const linksFor = async (...relations: string[]) => {
      const asked = [['resource', 'acct:ana@example.com'], ...relations.map((rel) => ['rel', rel])];
      return ((await (await ask(asked)).json()) as { links: unknown[] }).links;
    };
    const avatar = 'http://webfinger.net/rel/avatar';
    expect(await linksFor()).toHaveLength(1);
    expect(await linksFor(ISSUER)).toHaveLength(1);
    expect(await linksFor(avatar, ISSUER)).toHaveLength(1);
    expect(await linksFor(avatar)).toEqual([]);
  });

  test('is read and nothing else', async () => {
    const answer = await ask({ resource: 'acct:ana@example.com' }, 'POST');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

test('stands at the root of the host also when the issuer has a path', async () => {
  const { url } = await startAppForTest({ base: '/id', settings });
  const { origin } = new URL(url);
  for (const path of ['/.well-known/webfinger', '/.well-known/webfinger/']) {
    const answer = await fetch(`${origin}${path}?resource=acct:ana@example.com`);
    expect(await answer.json()).toMatchObject({ links: [{ href: url }] });
  }
});

test('is not there as long as no domain is named', async () => {
  const { url } = await startAppForTest();
  for (const resource of ['acct:ana@example.com', 'malformed']) {
    expect((await fetch(`${url}/.well-known/webfinger?resource=${resource}`)).status).toBe(404);
  }
});

test('a domain that is none is told at the start', () => {
  const mistakes = (...webfingerDomains: string[]) =>
    oidcConfig.safeParse({ webfingerDomains }).error?.issues.map(({ message }) => message) ?? [];
  expect(mistakes('Example.COM', 'müller.example')).toEqual([]);
  for (const wrong of [
    '',
    'https://example.com',
    'ana@example.com',
    'example',
    '127.0.0.1',
    'exa mple.com',
  ]) {
    expect([wrong, mistakes(wrong)]).toEqual([wrong, ['must be a domain, such as example.com']]);
  }
});
