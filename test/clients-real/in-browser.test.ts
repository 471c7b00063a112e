import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInOnPages } from '../examples/set-up.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { createPerson } from '../support/relying-party.ts';
import { startBrowserApp } from './browser-app.ts';
import { registerAs } from './type-commands.ts';

let started: TestApp;
let browser: TestBrowser;
beforeAll(async () => {
  [started, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await started?.close();
});

/** Signs in by the app's button, and tells what the app then shows. */
async function signIn(page: Page, origin: string, person: { email: string }) {
  await page.goto(origin);
  await page.waitForSelector('#out:not(:empty)');
  await page.click('#sign-in');
  await page.waitForURL(`${started.url}/**`);
  await signInOnPages(page, person.email);
  await page.waitForURL(`${origin}/**`);
  return shown(page, '"sub"');
}

async function shown(page: Page, text: string) {
  await page.waitForFunction((wanted) => document.getElementById('out')?.textContent?.includes(wanted), text);
  return JSON.parse((await page.textContent('#out')) ?? '');
}

test('oidc-client-ts shows who signed in without asking userinfo, and renews', async () => {
  let clientId = '';
  const site = await startBrowserApp({
    packages: ['oidc-client-ts', 'jwt-decode'],
    script: (app) => `
      import { UserManager } from 'oidc-client-ts';
      const manager = new UserManager({
        authority: '${started.url}',
        client_id: '${clientId}',
        redirect_uri: '${app}/callback',
        scope: 'openid profile email',
      });
      document.getElementById('sign-in').onclick = () => manager.signinRedirect();
      document.getElementById('renew').onclick = async () => {
        const before = await manager.getUser();
        const after = await manager.signinSilent();
        show({ isOther: after.access_token !== before.access_token, profile: after.profile });
      };
      if (location.pathname === '/callback') show((await manager.signinCallback()).profile);
      else show(null);`,
  });
  const page = await browser.newPage();
  try {
    ({ clientId } = await registerAs(started, 'oidc-client-ts', { app: site.origin }));
    const person = await createPerson(started);
    expect(await signIn(page, site.origin, person)).toMatchObject({
      sub: person.id,
      name: 'Ana Bauer',
      email: person.email,
    });
    await page.click('#renew');
    expect(await shown(page, 'isOther')).toMatchObject({ isOther: true, profile: { email: person.email } });
  } finally {
    await page.context().close();
    await site.close();
  }
});

test('angular-auth-oidc-client signs a person in, and a refresh signs nobody out', async () => {
  let clientId = '';
  const site = await startBrowserApp({
    packages: [
      ...['core', 'common', 'compiler', 'platform-browser', 'router'].map((name) => `@angular/${name}`),
      'angular-auth-oidc-client',
      'rfc4648',
      'rxjs',
      'tslib',
    ],
    script: () => `
      import '@angular/compiler';
      import { Component, inject } from '@angular/core';
      import { provideHttpClient } from '@angular/common/http';
      import { bootstrapApplication } from '@angular/platform-browser';
      import { provideRouter } from '@angular/router';
      import { OidcSecurityService, provideAuth } from 'angular-auth-oidc-client';
      const App = Component({ selector: 'app-root', template: '' })(class {
        security = inject(OidcSecurityService);
        ngOnInit() {
          this.security.checkAuth().subscribe(show);
          document.getElementById('sign-in').onclick = () => this.security.authorize();
          document.getElementById('renew').onclick = () =>
            this.security.forceRefreshSession().subscribe((renewed) => show({ renewed }));
        }
      });
      await bootstrapApplication(App, {
        providers: [
          provideHttpClient(),
          provideRouter([]),
          provideAuth({
            config: {
              authority: '${started.url}',
              redirectUrl: window.location.origin,
              postLogoutRedirectUri: window.location.origin,
              clientId: '${clientId}',
              scope: 'openid profile email offline_access',
              responseType: 'code',
              silentRenew: true,
              useRefreshToken: true,
            },
          }),
        ],
      });`,
  });
  const page = await browser.newPage();
  try {
    ({ clientId } = await registerAs(started, 'angular-auth-oidc-client', { app: site.origin }));
    const person = await createPerson(started);
    const first = await signIn(page, site.origin, person);
    expect(first).toMatchObject({
      isAuthenticated: true,
      userData: { sub: person.id, name: 'Ana Bauer', email: person.email },
    });
    await page.click('#renew');
    const { renewed } = await shown(page, 'renewed');
    expect(renewed).toMatchObject({ isAuthenticated: true, userData: { sub: person.id } });
    expect(renewed.accessToken).not.toBe(first.accessToken);
  } finally {
    await page.context().close();
    await site.close();
  }
});
