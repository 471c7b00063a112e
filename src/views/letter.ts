import type { MessageKey, Phrases } from '../i18n/i18n.ts';
import { MAIL_LOGO_ID } from '../lib/mail-logo.ts';
import { ownPalette, type Palette } from './brand-color.ts';
import { html, markupOf } from './html.ts';
import type { Brand } from './page.ts';

/** One mail as a view writes it; both parts are made from it, so they cannot differ. */
export type Letter = {
  subject: string;
  /** The first words in a list of mails. */
  preheader: string;
  title: string;
  paragraphs: readonly string[];
  /** A code to type, below the paragraphs: large, and in one piece, so that mail programs find it. */
  code?: string;
  /** Absent where a code is all that there is to do. */
  action?: { label: string; url: string };
  /** Small print below the action: when, from where, what stays safe. */
  reasons: readonly string[];
};

/** Whether it has all that both parts are made of. */
export function isLetter(value: unknown): value is Letter {
  if (typeof value !== 'object' || value === null) return false;
  const { subject, preheader, title, paragraphs, code, action, reasons } = value as Partial<Letter>;
  return (
    [subject, preheader, title].every(isText) &&
    (action === undefined ? code !== undefined : [action.label, action.url].every(isText)) &&
    [paragraphs, reasons].every((list) => Array.isArray(list) && list.every(isText)) &&
    (code === undefined || isText(code))
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export type MailView<Data> = (data: Data, page: LetterContext) => Letter;

export type RenderedMail = { subject: string; text: string; html: string };

export type LetterContext = {
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly brand: Brand;
  readonly palette: Palette;
  readonly host: string;
  t(key: MessageKey, values?: Readonly<Record<string, string | number>>): string;
  has(key: string): key is MessageKey;
  time(at: number): string;
  duration(seconds: number): string;
};

export function createLetter({
  issuer,
  brand,
  palette,
  phrases,
}: {
  issuer: string;
  brand: Brand;
  palette: Palette;
  phrases: Phrases;
}): LetterContext {
  const { locale, direction, t, time, duration } = phrases;
  const has = (key: string): key is MessageKey => phrases.has(key);
  return { locale, direction, brand, palette, host: new URL(issuer).host, t, has, time, duration };
}

/** The text part is complete on its own; the html part has no tracking and nothing to load: the logo is attached. */
export function renderLetter(letter: Letter, page: LetterContext): RenderedMail {
  return { subject: oneLine(letter.subject), text: textPart(letter, page), html: htmlPart(letter, page) };
}

/** A name with a line end in it must not become another header. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

function textPart({ title, paragraphs, code, action, reasons }: Letter, page: LetterContext): string {
  const blocks = [
    title,
    ...paragraphs,
    ...(code === undefined ? [] : [code]),
    ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]),
    ...reasons,
  ];
  return `${blocks.map(oneParagraph).join('\n\n')}\n\n-- \n${page.brand.name} · ${page.t('mail.sent_by', { host: page.host })}\n`;
}

function oneParagraph(text: string): string {
  return text.replace(/\n{2,}/g, '\n');
}

const headCss = ({ light, dark }: Palette) =>
  html`:root{color-scheme:light dark;supported-color-schemes:light dark}a.b{background:${light.fill}!important;color:${light.onBrand}!important}@media(prefers-color-scheme:dark){.p{background:${dark.paper}!important}.i{color:${dark.ink}!important}.m{color:${dark.ink2}!important}.t{border-color:${dark.thread}!important}a.b{background:${dark.fill}!important;color:${dark.onBrand}!important}}`;

/** On light paper, for which it was made. The name stands beside it. */
const logo = html`<img src="cid:${MAIL_LOGO_ID}" height="32" alt="" style="height:32px;max-width:160px;object-fit:contain;vertical-align:middle;border:0;border-radius:6px;background:#fffdf7">&#8195;`;

/** Mail programs know no style sheets worth the name: here, and only here, styles stand in attributes. */
function htmlPart(
  { subject, preheader, title, paragraphs, code, action, reasons }: Letter,
  page: LetterContext,
): string {
  const text = (content: string) =>
    html`<tr><td class="i" style="font:17px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#17211e;padding-bottom:16px">${content}</td></tr>`;
  const hint = (content: string) =>
    html`<tr><td class="m" style="font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#4a5752;padding-bottom:12px">${content}</td></tr>`;
  const document = html`<html lang="${page.locale}" dir="${page.direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${subject}</title><style>${headCss(page.palette)}</style></head><body class="p" style="margin:0;background:#f6f3ea"><div style="display:none;max-height:0;overflow:hidden"${code !== undefined && html` translate="no"`}>${preheader}</div><table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="p" style="background:#f6f3ea"><tr><td style="padding:32px 20px"><table role="presentation" cellpadding="0" cellspacing="0" style="max-width:480px;width:100%;margin:0"><tr><td class="i t" style="font:600 15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#17211e;padding-bottom:20px;border-bottom:6px solid #a67a1e">${page.brand.hasMailLogo && logo}${page.brand.name}</td></tr><tr><td class="i" style="font:600 28px/1.15 Charter,Cambria,Georgia,serif;color:#17211e;padding:28px 0 12px"><h1 style="font:inherit;margin:0">${title}</h1></td></tr>${paragraphs.map(text)}${
    code !== undefined &&
    html`<tr><td class="i" style="font:700 36px/1.4 ui-monospace,Menlo,Consolas,monospace;letter-spacing:4px;color:#17211e;padding:0 0 16px"><bdi translate="no">${code}</bdi></td></tr>`
  }${action && html`<tr><td style="padding:8px 0 24px"><a class="b" href="${action.url}" style="display:inline-block;background:#0b5b4a;color:#ffffff;font:600 17px/20px system-ui,-apple-system,Segoe UI,Roboto,sans-serif;text-decoration:none;padding:14px 18px;border-radius:3px">${action.label}</a></td></tr>`}${reasons.map(hint)}<tr><td class="m" style="font:13px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#4a5752;padding-top:12px">${page.t('mail.sent_by', { host: page.host })}</td></tr></table></td></tr></table></body></html>`;
  return `<!doctype html>${painted(markupOf(document), page.palette)}`;
}

/** No value may stand in a style attribute (html.ts): the operator's colours take the place of ours afterwards. */
function painted(markup: string, { light }: Palette): string {
  const own = Object.entries(ownPalette.light);
  const inPalette = (hex: string) =>
    light[own.find(([, color]) => color === hex)?.[0] as keyof typeof light] ?? hex;
  return markup
    .split('style="')
    .map((part, index) => {
      const end = index === 0 ? 0 : part.indexOf('"');
      return part.slice(0, end).replace(/#[0-9a-f]{6}/g, inPalette) + part.slice(end);
    })
    .join('style="');
}
