import { describe, expect, test } from 'vitest';
import { isPictureName, judgePicture, MOST_PICTURE_BYTES } from '../../src/lib/picture.ts';
import { LOGO_SVG, lossyFrame, makePng, makeWebp } from '../support/pictures.ts';

function problemOf(body: Buffer | string): string | undefined {
  const judged = judgePicture(Buffer.from(body as string));
  return 'problem' in judged ? judged.problem : undefined;
}

const lossless = (width: number, height: number) => {
  const data = Buffer.alloc(6);
  data[0] = 0x2f;
  data.writeUInt32LE((width - 1) | ((height - 1) << 14), 1);
  return data;
};
const extended = (width: number, height: number) => {
  const data = Buffer.alloc(10);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return data;
};

test.each([
  ['a PNG', makePng(), 'image/png', /^[\w-]{22}\.png$/],
  ['a lossy WebP', makeWebp(['VP8 ', lossyFrame(64, 64)]), 'image/webp', /^[\w-]{22}\.webp$/],
  ['a lossless WebP', makeWebp(['VP8L', lossless(64, 64)]), 'image/webp', /\.webp$/],
  [
    'a WebP with a profile',
    makeWebp(['VP8X', extended(64, 64)], ['ICCP', Buffer.alloc(3)], ['VP8L', lossless(64, 64)]),
    'image/webp',
    /\.webp$/,
  ],
  ['an SVG', Buffer.from(LOGO_SVG), 'image/svg+xml; charset=utf-8', /^[\w-]{22}\.svg$/],
])('%s is known by its bytes, and named by a hash of them', (_title, body, type, name) => {
  const judged = judgePicture(body);
  expect(judged).toEqual({ picture: { name: expect.stringMatching(name), type, body } });
  expect('picture' in judged && isPictureName(judged.picture.name)).toBe(true);
});

test('a name is nothing else than a hash and an ending', () => {
  for (const name of [
    '../../etc/passwd',
    'q1w2e3r4t5z6u7i8o9p0a1.html',
    'q1w2e3r4t5z6u7i8o9p0a1.svg/..',
    'q1w2e3r4t5z6u7i8o9p0a1.svg\n',
    '',
  ])
    expect(isPictureName(name)).toBe(false);
});

describe('a picture that is none, or more than one, is refused:', () => {
  const png = makePng();
  const broken = 'is broken, or has something else behind the picture; save it anew';
  test.each<[string, Buffer | string, string]>([
    ['a page', '<!doctype html><svg xmlns="http://www.w3.org/2000/svg"/>', 'is no SVG, PNG or WebP'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'is no SVG, PNG or WebP'],
    ['nothing', '', 'is no SVG, PNG or WebP'],
    ['a signature alone', png.subarray(0, 8), broken],
    [
      'the wrong magic bytes',
      Buffer.concat([Buffer.from('\x89PNX'), png.subarray(4)]),
      'is no SVG, PNG or WebP',
    ],
    ['a page behind a PNG', Buffer.concat([png, Buffer.from('<script>alert(1)</script>')]), broken],
    ['half a PNG', png.subarray(0, png.length - 20), broken],
    ['a PNG with a changed byte', Buffer.from(png).fill(9, 50, 51), broken],
    [
      'a PNG with an unknown chunk that readers must know',
      makePng(64, 64, { ABCD: Buffer.alloc(1) }),
      broken,
    ],
    ['a PNG with two headers', makePng(64, 64, { IHDR: Buffer.alloc(13) }), broken],
    ['a PNG that moves', makePng(64, 64, { acTL: Buffer.alloc(8) }), 'moves; a logo must stand still'],
    ['a large PNG', makePng(1025, 64), 'is 1025 x 64 pixels; it must have from 16 to 1024 each way'],
    [
      'a huge PNG',
      makePng(64, 2 ** 31 - 1),
      `is 64 x ${2 ** 31 - 1} pixels; it must have from 16 to 1024 each way`,
    ],
    ['a pixel', makePng(1), 'is 1 x 1 pixels; it must have from 16 to 1024 each way'],
    [
      'a WebP that is longer than it says',
      Buffer.concat([makeWebp(['VP8 ', lossyFrame(64, 64)]), Buffer.from('PK')]),
      broken,
    ],
    [
      'a WebP with a chunk behind its end',
      Buffer.concat([makeWebp(['VP8 ', lossyFrame(64, 64)]), Buffer.from('JUNK\0\0\0\0')]),
      broken,
    ],
    [
      'a WebP that moves',
      makeWebp(['VP8X', extended(64, 64)], ['ANIM', Buffer.alloc(6)]),
      'moves; a logo must stand still',
    ],
    ['a WebP without a picture', makeWebp(['VP8X', extended(64, 64)]), broken],
    ['a WebP with a frame that is none', makeWebp(['VP8 ', Buffer.alloc(22)]), broken],
    [
      'a large WebP',
      makeWebp(['VP8L', lossless(2000, 20)]),
      'is 2000 x 20 pixels; it must have from 16 to 1024 each way',
    ],
    [
      'a small WebP with a large frame',
      makeWebp(['VP8X', extended(64, 64)], ['VP8 ', lossyFrame(9999, 9999)]),
      'is 9999 x 9999 pixels; it must have from 16 to 1024 each way',
    ],
    [
      '20 KB and one byte',
      makePng(64, 64, { teXt: Buffer.alloc(MOST_PICTURE_BYTES) }),
      'is larger than 20 KB; make it smaller',
    ],
  ])('%s', (_title, body, problem) => {
    expect(problemOf(body)).toBe(problem);
  });

  test('the largest file that is taken has 20 KB', () => {
    const rest = MOST_PICTURE_BYTES - makePng(64, 64, { teXt: Buffer.alloc(0) }).length;
    expect(problemOf(makePng(64, 64, { teXt: Buffer.alloc(rest) }))).toBeUndefined();
    expect(problemOf(makePng(64, 64, { teXt: Buffer.alloc(rest + 1) }))).toMatch(/larger/);
  });
});

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"${attributes}>${inside}</svg>`;

test.each([
  [
    'what a drawing program begins with',
    `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- ours -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n${svg('<path d="M0 0h9v9z"/>')}\n`,
  ],
  ['a byte order mark', `\ufeff${LOGO_SVG}`],
  [
    'gradients, one made of another',
    svg(
      '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient><radialGradient id="b" xlink:href="#a"/></defs><circle r="4" fill="url(#b)"/>',
    ),
  ],
  [
    'a clip, as Figma writes it',
    svg(
      '<g clip-path="url(#clip0_1_2)"><path d="M1 1"/></g><defs><clipPath id="clip0_1_2"><rect width="9" height="9" fill="white"/></clipPath></defs>',
    ),
  ],
  [
    'classes, as Illustrator writes them',
    svg(
      '<style type="text/css">.st0{fill:url(#SVGID_1_);}.st1{fill:rgb(1,2,3);opacity:.5}</style><path class="st0" d="M1 1"/>',
    ),
  ],
  [
    'words',
    svg(
      '<title>Books &amp; more</title><text x="1" y="2" font-family="serif" transform="rotate(3)">Books</text>',
    ),
  ],
  ['styles at shapes', svg("<path style='fill:#000;stroke-width:1' d='M1 1' aria-label='f(x)'/>")],
])('an SVG may have %s', (_title, text) => {
  expect(problemOf(text)).toBeUndefined();
});

describe('an SVG that could do anything is refused, and what it has is named:', () => {
  const deep = `${'<g>'.repeat(40)}${'</g>'.repeat(40)}`;
  test.each<[string, string, RegExp]>([
    ['a script', svg('<script>alert(1)</script>'), /^has <script>; only shapes/],
    ['a script of another prefix', svg('<svg:script>alert(1)</svg:script>'), /^has <svg:script>/],
    ['a script in another case', svg('<SCRIPT>1</SCRIPT>'), /^has <SCRIPT>/],
    ['a handler', svg('<path onload="alert(1)"/>'), /^has onload on <path>/],
    ['a handler of the root', svg('', ' onload="alert(1)"'), /^has onload on <svg>/],
    ['a handler in another case', svg('<path ONLOAD="1"/>'), /^has ONLOAD on <path>/],
    [
      'a page inside',
      svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
      /^has <foreignObject>/,
    ],
    [
      'another namespace',
      svg('<title xmlns="http://www.w3.org/1999/xhtml">x</title>'),
      /^has xmlns on <title>/,
    ],
    ['a prefix of its own', svg('', ' xmlns:h="http://www.w3.org/1999/xhtml"'), /^has xmlns:h on <svg>/],
    ['a link', svg('<a href="https://evil.example"><path/></a>'), /^has <a>/],
    ['a picture', svg('<image href="https://evil.example/p.png"/>'), /^has <image>/],
    ['a use of another file', svg('<use href="https://evil.example/a.svg#x"/>'), /^has <use>/],
    [
      'a gradient of another file',
      svg('<linearGradient href="https://evil.example/a.svg#x"/>'),
      /^has href on <linearGradient>/,
    ],
    ['an animation', svg('<set attributeName="href" to="javascript:alert(1)"/>'), /^has <set>/],
    ['a filter', svg('<filter><feImage href="x"/></filter>'), /^has <filter>/],
    ['a base', svg('', ' xml:base="https://evil.example/"'), /^has xml:base on <svg>/],
    [
      'an import',
      svg('<style>@import "https://evil.example/a.css";</style>'),
      /^has an @ or a backslash in <style>/,
    ],
    [
      'a picture in a style',
      svg('<style>path{fill:url(https://evil.example/a)}</style>'),
      /^has url\(…\) in <style>/,
    ],
    [
      'a picture in an attribute',
      svg('<path fill="url(https://evil.example/a#b)"/>'),
      /^has url\(…\) in fill on <path>/,
    ],
    [
      'a picture by another function',
      svg('<path style="cursor:image-set(\'https://evil.example/a\')"/>'),
      /^has image-set\(…\) in style/,
    ],
    [
      'a function that is escaped',
      svg('<path style="fill:\\75rl(https://evil.example)"/>'),
      /^has an @ or a backslash in style/,
    ],
    [
      'a function in entities',
      svg('<path fill="u&#114;l(https://evil.example/a)"/>'),
      /^has url\(…\) in fill/,
    ],
    ['a style in entities', svg('<style>&#64;import "x"</style>'), /^has an @ or a backslash in <style>/],
    ['an address', svg('<path fill="javascript:alert"/>'), /^has an address in fill/],
    [
      'entities that grow',
      `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>${svg('<title>&b;</title>')}`,
      /^has declarations of XML/,
    ],
    [
      'an entity of a file',
      `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>${svg('<title>&a;</title>')}`,
      /^has declarations of XML/,
    ],
    ['an entity without a declaration', svg('<title>&b;</title>'), /^has an entity that XML does not have/],
    ['a declaration written out', `<!DOCTYPE svg [ ]>${svg('')}`, /^is not written as plain XML/],
    [
      'a style in pieces',
      svg('<style>g{fill:url<!-- -->(http:evil.example)}</style>'),
      /^has a comment or an element in <style>/,
    ],
    [
      'a style around an element',
      svg('<style>g{ma<desc/>sk:url(#m)}</style>'),
      /^has a comment or an element in <style>/,
    ],
    ['CDATA', svg('<style><![CDATA[ @import "x" ]]></style>'), /^has declarations of XML/],
    [
      'an instruction',
      `<?xml-stylesheet href="https://evil.example/a.xsl"?>${svg('')}`,
      /^is no SVG|^is not written as plain XML/,
    ],
    ['an instruction inside', svg('<?php echo 1 ?>'), /^is not written as plain XML/],
    [
      'another encoding',
      `<?xml version="1.0" encoding="ISO-2022-JP"?>${svg('')}`,
      /^is not written as plain XML/,
    ],
    ['what turns letters into others', svg('\u001b$B'), /^has control characters/],
    [
      'masks in masks',
      svg('<mask id="a"><g mask="url(#b)"/></mask><mask id="b"/>'),
      /^has mask on <g> inside of another one/,
    ],
    [
      'clips in clips by style',
      svg('<clipPath id="a"><path style="clip-path:url(#b)"/></clipPath>'),
      /inside of another one/,
    ],
    ['clips of a class', svg('<style>.a{clip-path:url(#b)}</style>'), /^has clip-path or mask in <style>/],
    ['a pattern', svg('<pattern/>'), /^has <pattern>/],
    ['groups without end', svg(deep), /^has elements 33 deep/],
    ['an SVG in an SVG', svg(svg('')), /^has <svg>/],
    ['two of them', svg('') + svg(''), /^is not one <svg>/],
    ['a page behind it', `${svg('')}<html><script>1</script></html>`, /^is not one <svg>/],
    ['text behind it', `${svg('')}alert(1)`, /^has text outside of <svg>/],
    ['half of it', '<svg xmlns="http://www.w3.org/2000/svg"><g>', /^is not one whole <svg>/],
    ['another end', svg('<g></path>'), /^has <\/path> where another element ends/],
    ['an attribute twice', svg('<path d="" d="x"/>'), /^has d twice on <path>/],
    ['an attribute without quotes', svg('<path d=M1/>'), /^is not written as plain XML/],
    ['no namespace', '<svg viewBox="0 0 9 9"/>', /^lacks xmlns=/],
    ['a comment that ends in another way', svg('<!-- a --!> <script/> -->'), /^is not written as plain XML/],
  ])('%s', (_title, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test('letters of another encoding', () => {
    const utf16 = Buffer.from(`\ufeff${svg('<script/>')}`, 'utf16le');
    expect(problemOf(utf16)).toBeDefined();
    expect(problemOf(Buffer.concat([Buffer.from('<svg '), Buffer.from([0xc0, 0xaf])]))).toBe(
      'is not in UTF-8',
    );
  });
});
