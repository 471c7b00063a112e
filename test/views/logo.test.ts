import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { configWrong, loadConfig } from '../../src/config.ts';
import { GatehouseError } from '../../src/lib/errors.ts';
import { startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp } from '../support/app.ts';

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
      expect(address).toMatch(new RegExp(`^${base}/brand/logo-[\\w-]{12}\\.svg$`));
      expect(page).toContain(`<link rel="icon" href="${address}">`);
      const answer = await fetch(new URL(address, app.url));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
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
  ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 1])],
  ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 1])],
  ['a WebP', Buffer.from('RIFF1234WEBP')],
  ['an SVG', SVG],
])('%s is a logo, whatever its name is', (_title, content) => {
  expect(mistakesOf({ logoFile: fileWith('logo.bin', content) })).toEqual([]);
});

test('a logo that could not be shown is refused in a sentence that says what would be right', () => {
  const page = fileWith('logo.html', '<html><svg></svg></html>');
  const large = fileWith('large.png', Buffer.alloc(100_001));
  expect(mistakesOf({ logoFile: page })).toEqual([
    `brand.logoFile is ${JSON.stringify(page)}, which is no picture that browsers show; it must be SVG, PNG, JPEG or WebP.`,
  ]);
  expect(mistakesOf({ logoFile: large })).toEqual([
    `brand.logoFile is ${JSON.stringify(large)}, which is larger than 100 KB; make it smaller.`,
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

test('the logo of an app is asked of nobody: its page has neither the picture nor leave to load it', async () => {
  const gatehouse = await startGatehouse();
  try {
    const { client_id = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      type: 'web',
      'redirect-uri': ['https://books.example/callback'],
      'logo-uri': 'https://pictures.example/books.png',
    });
    const asked = new URLSearchParams({
      client_id,
      response_type: 'code',
      redirect_uri: 'https://books.example/callback',
      scope: 'openid',
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
    });
    const page = await createVisitor(gatehouse.issuer).open(`${gatehouse.issuer}/auth?${asked}`);
    expect(page.html).toContain('Books');
    expect(page.html).not.toContain('pictures.example');
    expect(page.headers.get('content-security-policy')).toContain("img-src 'self' data:;");
  } finally {
    await gatehouse.close();
  }
});
