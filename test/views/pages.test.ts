import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import { type ScreenName, screenNames } from '../../src/views/views.ts';
import { openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { makePng } from '../support/pictures.ts';
import { listenOn, type Site } from '../support/site.ts';
import { createDevPages } from './dev-pages.ts';
import { findFaults } from './looks.ts';

let site: Site;
let browser: TestBrowser;
let origin: string;

beforeAll(async () => {
  site = await listenOn(createDevPages(), '127.0.0.1');
  origin = site.origin;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const addressOf = (screen: ScreenName, state: string, switches: Record<string, string> = {}) =>
  `${origin}/page/${screen}?${new URLSearchParams({ state, ...switches })}`;

async function open(screen: ScreenName, state: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  await page.goto(addressOf(screen, state));
  return page;
}

test('the list of faults notices each of them', async () => {
  const page = await browser.newPage({ screen: 'narrow' });
  await page.setContent(`<h1 id="a">1</h1><h1 id="a">2</h1><form method="post"><input type="text"></form>
    <button>x</button><div class="wide">wide</div><pre>${'x'.repeat(200)}</pre>
    <style>html{overflow-x:clip}.wide{width:400px}pre{overflow:hidden;width:100px}</style>`);
  const found = (await findFaults(page)).map((fault) =>
    fault.split(':')[0]?.replace(/[\d.]+x[\d.]+/, 'small'),
  );
  expect(new Set(found)).toEqual(
    new Set([
      '2 h1',
      '0 main',
      'no csrf',
      'no label',
      'small',
      'hangs out',
      expect.stringMatching(/^cut off by/),
      expect.stringMatching(/^wider by/),
      'twice',
    ]),
  );
});

describe('the login page', () => {
  test('is one request', async () => {
    const page = await browser.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const address = addressOf('interaction/login', 'wrong, other ways', { locale: 'de' });
    await page.goto(address, { waitUntil: 'networkidle' });
    // What passkeys need is asked for when everything is there.
    const own = requests.filter((url) => !url.startsWith('data:') && !url.endsWith('/passkey/options'));
    expect(own).toEqual([address]);
  });

  test('leads the focus to what went wrong, and from there to the field', async () => {
    const page = await open('interaction/login', 'wrong');
    await page.locator('[role=alert]:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('password');
  });

  test('begins in the e-mail field, and in the password where the person is known', async () => {
    const empty = await open('interaction/login', 'everything');
    await empty.locator('#identifier:focus').waitFor();
    const known = await open('interaction/login', 'known person');
    await known.locator('#password:focus').waitFor();
  });

  test('has all ways in, and the way back, above the fold of 1280 x 800', async () => {
    const page = await open('interaction/login', 'everything');
    await page.setViewportSize({ width: 1280, height: 800 });
    const bottoms = await page
      .locator('main :is(button, a, input:not([type=hidden]))')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().bottom));
    expect(bottoms.length).toBeGreaterThan(8);
    expect(Math.max(...bottoms)).toBeLessThan(800);
  });

  test('is not scrolled at 1280 x 800', async () => {
    const page = await open('interaction/login', 'everything');
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(800);
  });

  test('stands in the middle of a tablet, its foot below it', async () => {
    const page = await open('interaction/login', 'everything');
    await page.setViewportSize({ width: 768, height: 1024 });
    for (const part of ['main', '.site', '.foot']) {
      const box = await page.locator(part).boundingBox();
      expect([part, box?.x, box?.width]).toEqual([part, 144, 480]);
    }
  });

  test.each([1280, 1920])(
    'stands in balance at %i pixels: as much room before the form as behind',
    async (width) => {
      const page = await open('interaction/login', 'everything');
      await page.setViewportSize({ width, height: 900 });
      const form = await page.locator('#login').boundingBox();
      const thread = await page.locator('.thread').boundingBox();
      if (!form || !thread) throw new Error('nothing is drawn');
      const before = form.x - thread.x - thread.width;
      expect(Math.abs(before - (width - form.x - form.width))).toBeLessThan(2);
    },
  );

  test('has one Tab between identifier and password', async () => {
    const page = await open('interaction/login', 'plain');
    await page.locator('#identifier').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.id')).toBe('password');
  });

  test('shows the password and masks it again before it is sent', async () => {
    const page = await open('interaction/login', 'plain');
    const field = page.locator('#password');
    const button = page.locator('[data-reveal=password]');
    await field.fill('correct horse');
    await button.click();
    expect([await field.getAttribute('type'), await button.textContent()]).toEqual(['text', 'Hide']);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await page.evaluate(`addEventListener('submit', (event) => event.preventDefault())`);
    await page.locator('#identifier').fill('ana@example.com');
    await page.locator('button.go').click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  test('is sent once, however often the button is pressed, and again after coming back', async () => {
    const page = await open('interaction/login', 'plain');
    // Stands for the network: counts what would have been sent.
    await page.evaluate(`addEventListener('submit', (event) => {
        if (event.defaultPrevented) return;
        event.preventDefault();
        document.title += '+';
      }); document.title = '';`);
    await page.locator('#identifier').fill('ana@example.com');
    await page.locator('#password').fill('correct horse');
    await page.locator('button.go').click();
    await page.locator('#password').press('Enter');
    await page.locator('button.go').click();
    expect(await page.title()).toBe('+');
    expect(await page.locator('button.go').getAttribute('aria-busy')).toBe('true');

    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
    expect(await page.locator('button.go').getAttribute('aria-busy')).toBeNull();
    await page.locator('button.go').click();
    expect(await page.title()).toBe('++');
  });
});

test('a page that is opened for its form begins in its first field', async () => {
  const page = await browser.newPage();
  const firsts: [ScreenName, string, string][] = [
    ['interaction/recovery', 'plain', 'email'],
    ['interaction/recovery-password', 'plain', 'password'],
    ['interaction/registration', 'plain', 'email'],
    ['interaction/registration-details', 'plain', 'name'],
    ['interaction/identity-create', 'plain', 'name'],
    ['interaction/more-ways-password', 'plain', 'password'],
    ['interaction/first-administrator', 'empty', 'name'],
    ['methods/password/login', 'after a passkey', 'password'],
    ['users/set-password', 'plain', 'password'],
    ['account/password', 'current one', 'current'],
    ['account/password', 'first one', 'password'],
    ['account/email', 'plain', 'email'],
    ['account/rename', 'plain', 'name'],
  ];
  for (const [screen, state, id] of firsts) {
    await page.goto(addressOf(screen, state));
    await page.locator(`#${id}:focus`).waitFor();
  }
});

test('a wide logo is drawn wide, a high one no higher than the name, one that is broken as nothing', async () => {
  const page = await browser.newPage({ screen: 'narrow' });
  const widthOf = async (picture: Buffer) => {
    const image = `<img class="mark" src="data:image/png;base64,${picture.toString('base64')}" width="36" height="36" alt="">`;
    await page.route('**/page/**', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/<svg class="mark".*?<\/svg>/s, image);
      await route.fulfill({ response, body });
    });
    await page.goto(addressOf('interaction/login', 'plain'));
    await page.unroute('**/page/**');
    expect(await findFaults(page)).toEqual([]);
    const { width = 0, height = 0 } = (await page.locator('img.mark').boundingBox()) ?? {};
    return [width, height];
  };
  expect(await widthOf(makePng(200, 50))).toEqual([144, 36]);
  expect(await widthOf(makePng(1000, 50))).toEqual([160, 36]);
  expect(await widthOf(makePng(50, 200))).toEqual([9, 36]);
  expect((await widthOf(makePng().subarray(0, 40)))[1]).toBeLessThanOrEqual(36);
});

test('the language choice is large enough for a thumb in every language (WCAG 2.5.8, and our 44 pixels)', async () => {
  const page = await browser.newPage({ screen: 'phone' });
  await page.goto(addressOf('interaction/login', 'plain'));
  const codes = await page
    .locator('.lang button')
    .evaluateAll((all) => all.map((each) => (each as HTMLButtonElement).value));
  for (const locale of codes) {
    await page.goto(addressOf('interaction/login', 'plain', { locale }));
    const box = await page.locator('.lang summary').boundingBox();
    expect({ locale, isLarge: Math.min(box?.width ?? 0, box?.height ?? 0) >= 43.9 }).toEqual({
      locale,
      isLarge: true,
    });
  }
  expect(codes).toHaveLength(12);
});

test('labels and fields of a row of the profile are each on one line', async () => {
  const page = await open('account/profile', 'filled');
  const tops = async (of: string) =>
    page
      .locator(`fieldset .field:has(${of}) >> css=label, ${of}`)
      .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().top)));
  const [language, zone] = [await tops('#locale'), await tops('#zoneinfo')];
  expect(language).toEqual(zone);
  // Where no field of a row has a hint, none is left room for; and a field is as high as the others beside a taller one.
  const [label = 0, field = 0] = await tops('#name');
  expect(field - label).toBeLessThan(44);
  expect(await page.locator('#phone_number').evaluate((each) => each.clientHeight)).toBe(
    await page.locator('#name').evaluate((each) => each.clientHeight),
  );
});

test('the consent page says which button was pressed, also after the guard', async () => {
  const page = await open('interaction/consent', 'plain');
  expect(await sentBy(page, 'button[value=deny]')).toMatchObject({ decision: 'deny' });
});

describe('with JavaScript off', () => {
  const off: PageOptions = { javaScript: false };

  test('the login form is sent with everything in it', async () => {
    const page = await open('interaction/login', 'plain', off);
    expect(await page.locator('[data-reveal]').isVisible()).toBe(false);
    await page.locator('#identifier').fill('ana@example.com');
    await page.locator('#password').fill('correct horse');
    await page.locator('#password').locator('xpath=ancestor::form').locator('[name=remember]').check();
    expect(await sentBy(page, 'button.go')).toEqual({
      csrf: sampleFrame.csrf,
      identifier: 'ana@example.com',
      password: 'correct horse',
      remember: 'yes',
    });
  });

  test('a consent is given', async () => {
    const page = await open('interaction/consent', 'plain', off);
    expect(await sentBy(page, 'button[value=allow]')).toEqual({ csrf: sampleFrame.csrf, decision: 'allow' });
  });

  test('a sign-out is confirmed, or not', async () => {
    const page = await open('oidc/sign-out', 'asked by an app', off);
    expect(await sentBy(page, 'button.go')).toEqual({ csrf: sampleFrame.csrf, xsrf: 'x5rf', logout: 'yes' });
    await page.goto(addressOf('oidc/sign-out', 'asked by an app'));
    expect(await sentBy(page, 'button.alt')).toEqual({ csrf: sampleFrame.csrf, xsrf: 'x5rf' });
  });

  test('a new password is asked for twice, as there is no way to look at it', async () => {
    const page = await open('users/set-password', 'plain', off);
    expect(await page.locator('#again').isVisible()).toBe(true);
    const withScript = await open('users/set-password', 'plain');
    expect(await withScript.locator('#again').count()).toBe(0);
  });

  test('one session of several is ended', async () => {
    const page = await open('account/sessions', 'several', off);
    expect(await sentBy(page, 'main li:nth-child(2) button')).toEqual({
      csrf: sampleFrame.csrf,
      session: 'two',
    });
  });

  test('an app is disconnected', async () => {
    const page = await open('account/applications', 'several', off);
    expect(await sentBy(page, 'main li:first-child button')).toEqual({
      csrf: sampleFrame.csrf,
      client: 'cli_books',
    });
  });

  test('another language is chosen, and the state of the page is kept', async () => {
    const page = await open('interaction/login', 'wrong', off);
    await page.locator('.lang summary').click();
    await page.locator('.lang button[value=de]').click();
    await page.waitForURL(/ui_locales=de/);
    expect(await page.locator('h1').textContent()).toBe('Anmelden');
    expect(await page.locator('[role=alert]').count()).toBe(1);
  });

  test('the sections of the account are reached from a small screen', async () => {
    const page = await open('account/overview', 'person', { ...off, screen: 'narrow' });
    expect(await page.locator('nav a:visible').count()).toBe(0);
    await page.locator('.narrow summary').click();
    expect(await page.locator('nav a:visible').count()).toBe(6);
  });
});

test('times are told in the time zone of the person', async () => {
  const page = await open('account/sessions', 'several', {
    context: { timezoneId: 'Asia/Tokyo', locale: 'en' },
  });
  const time = page.locator('time').first();
  expect(await time.getAttribute('datetime')).toBe('2026-11-19T10:00:00.000Z');
  expect((await time.textContent())?.replace(/\s/g, ' ')).toBe('Nov 19, 2026, 7:00 PM');
});

test.each([
  ['en-GB', 'en', '19 Nov 2026, 10:00'],
  ['en-US', 'en', 'Nov 19, 2026, 10:00 AM'],
  ['de-AT', 'de', '19.11.2026, 10:00'],
  // Nobody reads dates of another language than the page's.
  ['fr-FR', 'en', 'Nov 19, 2026, 10:00 AM'],
])('times are written as in the region of the browser: %s', async (locale, language, written) => {
  const page = await browser.newPage({ context: { timezoneId: 'UTC', locale } });
  await page.goto(addressOf('account/sessions', 'several', { locale: language }));
  expect((await page.locator('time').first().textContent())?.replace(/\s/g, ' ')).toBe(written);
});

test('a mail is drawn as it was sent, in a frame that runs nothing, and its links open beside it', async () => {
  const page = await open('mail/mailbox', 'mails');
  const frame = page.frameLocator('iframe').first();
  await frame.locator('h1').waitFor();
  expect(await frame.locator('body').evaluate((body) => getComputedStyle(body).margin)).toBe('0px');
  expect(await page.locator('iframe').first().getAttribute('sandbox')).not.toMatch(/scripts|same-origin/);
});

test('motion is off for people who asked for less of it', async () => {
  const page = await open('interaction/login', 'plain', { context: { reducedMotion: 'reduce' } });
  await page.evaluate(`document.querySelector('button.go').setAttribute('aria-busy', 'true')`);
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
});

test('the index of the dev pages lists every screen', async () => {
  const page = await browser.newPage();
  await page.goto(origin);
  expect(await page.locator('h2').allTextContents()).toEqual([...screenNames, 'mail']);
});

/** Presses a button and answers the fields that the browser sends; nothing reaches a server. */
async function sentBy(page: Page, button: string): Promise<Record<string, string>> {
  const sent = new Promise<string>((resolve) => {
    page.route(
      (url) => !url.pathname.startsWith('/page/'),
      async (route) => {
        resolve(route.request().postData() ?? '');
        await route.fulfill({
          status: 200,
          contentType: 'text/html',
          body: '<!doctype html><title>sent</title>',
        });
      },
      { times: 1 },
    );
  });
  await page.locator(button).click();
  const body = await sent;
  await page.waitForURL((url) => !url.pathname.startsWith('/page/'));
  return Object.fromEntries(new URLSearchParams(body));
}
