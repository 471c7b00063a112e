import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stripCss, stripJs } from '../../src/views/assets.ts';
import { type HtmlValue, html, markupOf } from '../../src/views/html.ts';
import { drawSeal } from '../../src/views/seal.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (piece: ReturnType<typeof html>) => markupOf(piece);

test('escapes every text, in content and in attributes', () => {
  const nasty = `<script>&"'`;
  expect(text(html`<p title="${nasty}">${nasty}</p>`)).toBe(
    '<p title="&lt;script&gt;&amp;&quot;&#39;">&lt;script&gt;&amp;&quot;&#39;</p>',
  );
});

test('passes what html made itself, and only that', () => {
  expect(text(html`<ul>${[html`<li>${1}</li>`, html`<li>${'<2>'}</li>`]}</ul>`)).toBe(
    '<ul><li>1</li><li>&lt;2&gt;</li></ul>',
  );
  const forged = JSON.parse('{"text":"<b>","markup":"<b>"}') as HtmlValue;
  expect(() => html`<p>${forged}</p>`).toThrow('not made by html or raw');
});

test('writes nothing for undefined, null and false, and zero for zero', () => {
  expect(text(html`<p>${undefined}${null}${false}${0}${''}${[]}</p>`)).toBe('<p>0</p>');
});

test('leads nowhere but to the web and to our own pages', () => {
  const link = (url: string) => text(html`<a href="${url}">x</a>`);
  for (const url of [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:x',
    'data:text/html,x',
    'vbscript:x',
  ]) {
    expect(link(url)).toBe('<a href="#">x</a>');
  }
  for (const url of ['https://a.example/', '/account', '?a=b:c', '#password', 'mailto:help@a.example', '']) {
    expect(link(url)).toBe(`<a href="${url}">x</a>`);
  }
});

test('refuses a value in an unquoted attribute, a handler or a style', () => {
  expect(() => html`<p id=${'x'}></p>`).toThrow('unquoted attribute');
  expect(() => html`<p onclick="go('${'x'}')"></p>`).toThrow('onclick');
  expect(() => html`<p style="color:${'x'}"></p>`).toThrow('style');
});

test('only assets.ts writes without escaping', () => {
  const users = globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: root }).filter((path) =>
    /\braw\b/.test(
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => /import|\braw\(/.test(line))
        .filter((line) => /html\.ts|^\s*(\w+: )?raw\(/.test(line))
        .join('\n'),
    ),
  );
  expect(users).toEqual(['src/views/assets.ts']);
});

test('takes comments and indentation out of a sheet, and leaves its meaning', () => {
  expect(stripCss('/* a\n b */\na:hover,\nb { color: red;\n  margin: calc(1px + 2px); }\n')).toBe(
    'a:hover,b{color:red;margin:calc(1px + 2px)}',
  );
  expect(stripCss('@media (min-width:1px){ .a :is(b) { x: y } }')).toBe(
    '@media (min-width:1px){.a :is(b){x:y}}',
  );
});

test('takes comment lines out of the script, and leaves its lines', () => {
  expect(stripJs('// why\nconst a = 1;\n\n  a; // stays\n')).toBe('const a = 1;\na; // stays');
});

test('draws the same seal for the same issuer, and another for another', () => {
  const [one, again, other] = ['https://a.example', 'https://a.example', 'https://b.example'].map((issuer) =>
    text(drawSeal(issuer)),
  );
  expect(one).toBe(again);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^<svg class="seal"[^>]*aria-hidden="true">/);
});
