import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { passkeyConfig } from '../../../src/methods/passkey/config.ts';
import { startAppForTest } from '../../support/app.ts';

const ask = (url: string) => fetch(url, { redirect: 'manual' });

test('password managers find where passkeys are made and managed, and where a password is changed', async () => {
  const { url } = await startAppForTest();
  const endpoints = await ask(`${url}/.well-known/passkey-endpoints`);
  expect(endpoints.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await endpoints.json()).toEqual({
    enroll: `${url}/account/security/passkey/add`,
    manage: `${url}/account/security`,
  });
  const change = await ask(`${url}/.well-known/change-password`);
  expect([change.status, change.headers.get('location')]).toEqual([302, '/account/password']);
});

test('browsers find which origins may use the passkeys of this one', async () => {
  const relatedOrigins = ['https://acme.example', 'https://acme.de'];
  const { url } = await startAppForTest({ settings: { passkey: { relatedOrigins } } });
  const origins = await ask(`${url}/.well-known/webauthn`);
  expect(origins.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await origins.json()).toEqual({ origins: [url, ...relatedOrigins] });
});

test('all of it is at the root of the host also when the issuer has a path', async () => {
  const { url } = await startAppForTest({ base: '/id' });
  const { origin } = new URL(url);
  expect(await (await ask(`${origin}/.well-known/passkey-endpoints`)).json()).toEqual({
    enroll: `${url}/account/security/passkey/add`,
    manage: `${url}/account/security`,
  });
  expect(await (await ask(`${origin}/.well-known/webauthn`)).json()).toEqual({ origins: [origin] });
  const change = await ask(`${origin}/.well-known/change-password`);
  expect(change.headers.get('location')).toBe('/id/account/password');
});

test('without passkeys nothing is said about them', async () => {
  const { url } = await startAppForTest({ settings: { passkey: { enabled: false } } });
  expect((await ask(`${url}/.well-known/passkey-endpoints`)).status).toBe(404);
  expect((await ask(`${url}/.well-known/webauthn`)).status).toBe(404);
  expect((await ask(`${url}/.well-known/change-password`)).status).toBe(302);
});

test('a configuration is told what cannot be', () => {
  const production = {
    ISSUER: 'https://id.acme.example',
    SECRET_KEY: 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA',
    SMTP_URL: 'none',
  };
  expect(loadConfig(production).passkey).toMatchObject({ enabled: true, attestation: 'none' });
  const mistakes = (passkey: object) => {
    const parsed = passkeyConfig.safeParse(passkey);
    return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
  };
  const related = (...hosts: string[]) =>
    mistakes({ relatedOrigins: hosts.map((host) => `https://${host}`) });
  expect(related('a.com', 'b.com', 'c.com', 'd.com', 'e.com')).toEqual([]);
  expect(related('a.com', 'b.com', 'c.com', 'd.com', 'e.com', 'www.e.de', 'e.co.uk')).toEqual([]);
  expect(related('a.com', 'b.com', 'c.com', 'd.com', 'e.com', 'f.com')[0]).toMatch(/at most 5/);
  expect(related('a.com/path')[0]).toMatch(/an origin/);
  expect(mistakes({ deniedAaguids: ['yubikey'] })[0]).toMatch(/AAGUID/);
});
