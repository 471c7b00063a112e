import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import { listTimeZones, presentZone } from '../../src/views/time-zones.ts';
import { type FieldError, fieldError } from './form.ts';

/** Something that a person writes of themselves. `id` is the claim, or a part of the address. */
export type ProfileField = {
  id: string;
  kind: 'text' | 'lines' | 'date' | 'language' | 'zone' | 'url' | 'phone';
  value: string;
  /** Of what the operator keeps beside the claims. */
  label?: string;
};

/** The name of a claim, or of what the operator keeps beside those. */
export function labelOf({ id, label }: { id: string; label?: string }, page: PageContext): string {
  if (label !== undefined) return label;
  const key = `profile.${id}`;
  return page.has(key) ? page.t(key) : id;
}

const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  name: 'name',
  given_name: 'given-name',
  middle_name: 'additional-name',
  family_name: 'family-name',
  nickname: 'nickname',
  preferred_username: 'off',
  gender: 'sex',
  birthdate: 'bday',
  website: 'url',
  phone_number: 'tel',
  street_address: 'street-address',
  postal_code: 'postal-code',
  locality: 'address-level2',
  region: 'address-level1',
  country: 'country-name',
};

/** A field of the profile, posted under its claim. */
export function profileField(
  field: ProfileField,
  { errors, now }: { errors: readonly FieldError[]; now: number },
  page: PageContext,
): Html {
  const { id, kind } = field;
  const hintKey = `profile.hint.${kind}`;
  const hint = page.has(hintKey) && html`<p class="hint" id="${id}-hint">${page.t(hintKey)}</p>`;
  const { line, attributes } = fieldError(page, id, errors);
  const described = attributes ?? (hint && html` aria-describedby="${id}-hint"`);
  return html`<div class="field"><label for="${id}">${labelOf(field, page)}</label>${line ?? hint}${control(field, described, page, now)}</div>`;
}

function control(
  { id, kind, value }: ProfileField,
  described: Html | false | undefined,
  page: PageContext,
  now: number,
): Html {
  const autocomplete = AUTOCOMPLETE[id] ?? 'off';
  if (kind === 'lines') {
    return html`<textarea id="${id}" name="${id}" rows="2" autocomplete="${autocomplete}"${value !== '' && html` dir="auto"`}${described}>${value}</textarea>`;
  }
  if (kind === 'language') {
    const languages = page.locales.map(({ code, name }) => ({ code, label: name, lang: code }));
    const none = page.t('profile.language_of_browser');
    return choice(id, value, languages, none, described, languageOption(value));
  }
  if (kind === 'zone') {
    const zones = listTimeZones(page.locale, now).map((zone) => ({ code: zone.id, label: zone.label }));
    return choice(id, presentZone(value), zones, page.t('profile.zone_none'), described);
  }
  const mode = INPUT_MODES[kind];
  return html`<input id="${id}" name="${id}" type="text" value="${value}" autocomplete="${autocomplete}"${
    mode && html` inputmode="${mode}" dir="ltr" autocapitalize="none" spellcheck="false"`
  }${described}>`;
}

const INPUT_MODES: Partial<Record<ProfileField['kind'], string>> = { url: 'url', phone: 'tel', date: 'text' };

type Option = { code: string; label: string; lang?: string };

/** A language as those who speak it call it: "português europeu". What is no tag stays as it is. */
function languageOption(tag: string): Option {
  try {
    return {
      code: tag,
      label: new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag,
      lang: tag,
    };
  } catch {
    return { code: tag, label: tag };
  }
}

/** What is there stays choosable, also when we do not know it: `unknown` is what it is called then. */
function choice(
  id: string,
  value: string,
  options: readonly Option[],
  none: string,
  described: Html | false | undefined,
  unknown: Option = { code: value, label: value },
): Html {
  const isKnown = value === '' || options.some(({ code }) => code === value);
  const all = isKnown ? options : [unknown, ...options];
  return html`<select id="${id}" name="${id}"${described}><option value="">${none}</option>${all.map(
    ({ code, label, lang }) =>
      html`<option value="${code}"${lang && html` lang="${lang}"`}${code === value && html` selected`}>${label}</option>`,
  )}</select>`;
}
