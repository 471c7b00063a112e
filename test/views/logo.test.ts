import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { configWrong, loadConfig } from '../../src/config.ts';
import { GatehouseError } from '../../src/lib/errors.ts';
import { startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp } from '../support/app.ts';
import { LOGO_SVG, lossyFrame, makePng, makeWebp } from '../support/pictures.ts';
import { authorizationUrl, createPerson, createRelyingParty, PASSWORD } from '../support/relying-party.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-logo-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SVG =
  '<?xml version="1.0"?>\n<!-- ours -->\n<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>';

function fileWith(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What is wrong with a `brand` section. */
function mistakesOf(brand: Record<string, string>): readonly string[] {
  const CONFIG = fileWith('settings.yaml', JSON.stringify({ brand }));
  try {
    loadConfig({ CONFIG });
  } catch (error) {
    if (error instanceof GatehouseError && error.code === configWrong.code)
      return error.detail.mistakes as string[];
    throw error;
  }
  return [];
}

test.each(['', '/id'])(
  'a logo in a file is shown by the pages, and served, at an issuer with the path "%s"',
  async (base) => {
    const logoFile = fileWith('logo.svg', SVG);
    const app = await startApp({
      base,
      environment: { CONFIG: fileWith('logo.yaml', JSON.stringify({ brand: { logoFile } })) },
    });
    try {
      const page = await (await fetch(`${app.url}/`)).text();
      const address = /<img class="mark" src="([^"]+)"/.exec(page)?.[1] ?? '';
      expect(address).toMatch(new RegExp(`^${base}/brand/logo-[\\w-]{22}\\.svg$`));
      expect(page).toContain(`<link rel="icon" href="${address}">`);
      const answer = await fetch(new URL(address, app.url));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'image/svg+xml; charset=utf-8',
      ]);
      expectPictureHeaders(answer.headers);
      expect(await answer.text()).toBe(SVG);
    } finally {
      await app.close();
    }
  },
);

test('another content has another address, so that no browser shows the old one', async () => {
  const { readLogo } = await import('../../src/views/logo.ts');
  const [one, other] = [SVG, SVG.replace('9', '8')].map((content) => readLogo(fileWith('any', content)).path);
  expect(one).not.toBe(other);
});

test.each([
  ['a PNG', makePng()],
  ['a WebP', makeWebp(['VP8 ', lossyFrame(64, 64)])],
  ['an SVG', SVG],
])('%s is a logo, whatever its name is', (_title, content) => {
  expect(mistakesOf({ logoFile: fileWith('logo.bin', content) })).toEqual([]);
});

test('a logo that could not be shown is refused in a sentence that says what would be right', () => {
  const page = fileWith('logo.html', '<html><svg></svg></html>');
  const large = fileWith('large.png', Buffer.alloc(20_481));
  const script = fileWith('script.svg', SVG.replace('</svg>', '<script/></svg>'));
  expect(mistakesOf({ logoFile: page })).toEqual([
    `brand.logoFile is ${JSON.stringify(page)}, which is no SVG, PNG or WebP.`,
  ]);
  expect(mistakesOf({ logoFile: large })).toEqual([
    `brand.logoFile is ${JSON.stringify(large)}, which is larger than 20 KB; make it smaller.`,
  ]);
  expect(mistakesOf({ logoFile: script })).toEqual([
    expect.stringContaining('which has <script>; only shapes'),
  ]);
  expect(mistakesOf({ logoFile: folder })).toEqual([expect.stringMatching(/which is no file\.$/)]);
  const svg = fileWith('mail.svg', SVG);
  expect(mistakesOf({ mailLogoFile: svg })).toEqual([
    `brand.mailLogoFile is ${JSON.stringify(svg)}, which is no PNG; many mail programs show nothing else.`,
  ]);
  expect(mistakesOf({ logoFile: join(folder, 'none.svg') })).toEqual([
    expect.stringMatching(/none\.svg", which cannot be read \(ENOENT\); name a file that can\.$/),
  ]);
});

test('an address that nothing here answers, or that another host does, is no logo', () => {
  for (const logoUrl of ['/assets/logo.svg', 'https://cdn.example/logo.svg', 'data:text/html,x']) {
    expect(mistakesOf({ logoUrl })).toEqual([
      `brand.logoUrl is ${JSON.stringify(logoUrl)}; it must be a data:image/… address; a picture in a file is named by brand.logoFile, and served from here.`,
    ]);
  }
  expect(mistakesOf({ logoUrl: 'data:image/png;base64,AA' })).toEqual([]);
  const both = mistakesOf({ logoUrl: 'data:image/png;base64,AA', logoFile: fileWith('logo.svg', SVG) });
  expect(both).toEqual(['brand.logoFile and brand.logoUrl are both set; keep one of them.']);
});

test('a picture in an address may be in base64, percent-encoded or both', async () => {
  const { problemOfLogoUrl } = await import('../../src/views/logo.ts');
  const svg = encodeURIComponent(SVG);
  const png = makePng(63).toString('base64');
  expect(png).toMatch(/[+/=]/);
  for (const logoUrl of [
    `data:image/svg+xml,${svg}`,
    `data:image/png;base64,${png}`,
    `data:image/png;base64,${encodeURIComponent(png)}`,
  ])
    expect([logoUrl, problemOfLogoUrl(logoUrl)]).toEqual([logoUrl, undefined]);
});

/** Kept for ever, opened in a sandbox, and nothing else than what it is. */
function expectPictureHeaders(headers: Headers): void {
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/);
  expect(headers.get('content-security-policy')).not.toContain('script');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
}

const authorization = (clientId: string) =>
  new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: 'https://books.example/callback',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  });

const IMAGES = /<img[^>]*src="([^"]+)"/g;

test.each(['', '/id'])(
  'an app has its own logo and colour at sign-in, one request that is kept for ever, with the path "%s"',
  async (base) => {
    const gatehouse = await startGatehouse({ base });
    try {
      const options = { name: 'Books', type: 'web', 'redirect-uri': ['https://books.example/callback'] };
      const { client_id: plain = '' } = await gatehouse.command('clients create', options);
      const { client_id: branded = '' } = await gatehouse.command('clients create', {
        ...options,
        color: '#7a1fa2',
        'logo-file': fileWith('books.svg', LOGO_SVG),
      });
      const visitor = createVisitor(gatehouse.issuer);
      const bare = await visitor.open(`${gatehouse.issuer}/auth?${authorization(plain)}`);
      expect([...bare.html.matchAll(IMAGES)]).toEqual([]);
      expect(bare.html).not.toMatch(/(?:src|href)="[^"]*(?:\/clients\/|\/brand\/)/);
      expect(bare.html).not.toContain('--brand:light-dark(#7a1fa2');

      const page = await visitor.open(`${gatehouse.issuer}/auth?${authorization(branded)}`);
      const images = [...page.html.matchAll(IMAGES)].map(([, address = '']) => address);
      expect(images).toEqual([expect.stringMatching(new RegExp(`^${base}/clients/logo/[\\w-]{22}\\.svg$`))]);
      expect(page.html).toContain('--brand:light-dark(#7a1fa2');
      expect(page.html).not.toContain('#f6f3ea');

      const address = new URL(images[0] ?? '', gatehouse.issuer);
      const answer = await fetch(address);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'image/svg+xml; charset=utf-8',
      ]);
      expectPictureHeaders(answer.headers);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await answer.text()).toBe(LOGO_SVG);
      const again = await fetch(address, {
        headers: { 'if-none-match': answer.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
      });
      expect([again.status, await again.text()]).toEqual([304, '']);

      // What is no name of a picture here is not looked for, and a picture that was taken away is gone.
      const name = address.pathname.split('/').at(-1) ?? '';
      for (const other of [
        name.replace('.svg', '.png'),
        name.replace('.svg', ''),
        `..%2f${name}`,
        `${name}%00`,
        `${name}%0a`,
        '..%2f..%2fsecret.key',
        'a'.repeat(5000),
        'q1w2e3r4t5z6u7i8o9p0a1.svg',
      ]) {
        const refused = await fetch(`${gatehouse.issuer}/clients/logo/${other}`);
        expect([other, refused.status >= 400 && refused.status < 500]).toEqual([other, true]);
        expect(await refused.text()).not.toContain('<rect');
      }
      await gatehouse.command('clients update', { logo: false }, { positionals: [branded] });
      expect((await fetch(address)).status).toBe(404);
      const without = await visitor.open(`${gatehouse.issuer}/auth?${authorization(branded)}`);
      expect([...without.html.matchAll(IMAGES)]).toEqual([]);
    } finally {
      await gatehouse.close();
    }
  },
);

test('the logo of an app is asked of nobody: its page has neither the picture nor leave to load it', async () => {
  const gatehouse = await startGatehouse();
  try {
    const { client_id = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      type: 'web',
      'redirect-uri': ['https://books.example/callback'],
      'logo-uri': 'https://pictures.example/books.png',
    });
    const page = await createVisitor(gatehouse.issuer).open(
      `${gatehouse.issuer}/auth?${authorization(client_id)}`,
    );
    expect(page.html).toContain('Books');
    expect(page.html).not.toContain('pictures.example');
    expect(page.headers.get('content-security-policy')).toContain("img-src 'self' data:;");
  } finally {
    await gatehouse.close();
  }
});

test('the consent asks with the logo of the app, and the list of apps in the account shows it', async () => {
  const gatehouse = await startGatehouse();
  try {
    const party = await createRelyingParty(gatehouse);
    const logoFile = fileWith('consent.svg', LOGO_SVG);
    const { logo } = await gatehouse.command(
      'clients update',
      { 'logo-file': logoFile, color: '#7a1fa2' },
      { positionals: [party.clientId] },
    );
    const image = `<img class="logo" src="/clients/logo/${logo}"`;
    const person = await createPerson(gatehouse);
    const visitor = createVisitor(gatehouse.issuer);
    const signIn = await visitor.open((await authorizationUrl(party)).href);
    const answer = { identifier: person.email, password: PASSWORD };
    const consent = await visitor.submit(signIn, answer, { form: '/login' });
    expect(consent.forms.map(({ action }) => action)).toContainEqual(expect.stringContaining('/consent'));
    expect(/<img[^>]*class="logo"[^>]*>/.exec(consent.html)?.[0]).toContain(image);
    expect(consent.html).toContain('--brand:light-dark(#7a1fa2');
    await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' });
    const apps = await visitor.open(`${gatehouse.issuer}/account/applications`);
    expect(/<img[^>]*class="logo"[^>]*>/.exec(apps.html)?.[0]).toContain(image);
    expect(apps.html).not.toContain('--brand:light-dark(#7a1fa2');
  } finally {
    await gatehouse.close();
  }
});
