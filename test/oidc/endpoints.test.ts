import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { readDocument } from '../support/documents.ts';

/** docs/endpoints.md says of a running server what that says of itself. */

const document = readDocument('docs/endpoints.md');

let started: TestApp;
let discovery: Record<string, unknown>;
beforeAll(async () => {
  started = await startApp({
    settings: { oidc: { webfingerDomains: ['example.com'] } },
    environment: { METRICS_TOKEN: 'a-token-of-at-least-thirty-two-characters' },
  });
  const answer = await fetch(`${started.url}/.well-known/openid-configuration`);
  discovery = (await answer.json()) as Record<string, unknown>;
});
afterAll(() => started.close());

test('docs/endpoints.md has each address of the discovery document, under its name', () => {
  const announced = Object.entries(discovery).filter(([name]) => /_(?:endpoint|uri)$/.test(name));
  const written = rowsUnder('The protocol', /^\| `(\/[^`]*)` \| `(\w+)` \|/gm);
  expect(Object.fromEntries(written.map(([path, name]) => [name, `${started.url}${path}`]))).toEqual(
    Object.fromEntries(announced),
  );
});

test('docs/endpoints.md has each grant type', () => {
  const written = rowsUnder('The protocol', /^\| `([a-z_:-]+)` \|/gm).map(([name]) => name);
  expect(written.sort()).toEqual([...(discovery.grant_types_supported as string[])].sort());
});

test('docs/endpoints.md has each scope, with the claims that it brings', () => {
  const written = rowsUnder('Scopes', /^\| `(\w+)` \|(.*)\|$/gm).map(
    ([scope = '', claims = '']) =>
      [scope, [...claims.matchAll(/`(\w+)`/g)].map(([, claim]) => claim)] as const,
  );
  const brought = { ...started.modules.oidc.personClaims.ofScopes, offline_access: [] };
  expect(written.map(([scope]) => scope).sort()).toEqual(
    [...(discovery.scopes_supported as string[])].sort(),
  );
  expect(Object.fromEntries(written)).toEqual(brought);
});

test('every other address of docs/endpoints.md is there, for that method', async () => {
  const written = rowsUnder('Beside the protocol', /^\| ([A-Z]+) \| `([^`]+)` \|/gm);
  expect(written.length).toBeGreaterThan(10);
  for (const [method = '', path = ''] of written) {
    // A path that no route has is not found; one that has routes answers with their methods.
    const answer = await fetch(started.url + path.replaceAll(/<\w+>/g, 'some'), { method: 'OPTIONS' });
    const allowed = (answer.headers.get('allow') ?? '').split(', ');
    expect({ path, allowed }).toEqual({ path, allowed: expect.arrayContaining([method]) });
  }
});

/** What the groups of an expression find in a chapter. */
function rowsUnder(heading: string, row: RegExp): string[][] {
  const chapter = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...chapter.matchAll(row)].map(([, ...groups]) => groups);
}
