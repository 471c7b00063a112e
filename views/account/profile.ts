import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, type FieldError, fieldError, notice } from '../layout/form.ts';

export type Data = {
  action: string;
  email: string;
  emailVerified: boolean;
  /** Absent: the operator or a missing mail server keeps addresses as they are. */
  emailUrl?: string;
  /** In the order of the page. `id` is the claim, or a part of the address. */
  fields: readonly {
    id: string;
    kind: 'text' | 'lines' | 'date' | 'language' | 'zone' | 'url' | 'phone';
    value: string;
  }[];
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string;
  errors: readonly FieldError[];
  signOutAction: string;
  notice?: Sentence;
};

type Field = Data['fields'][number];

/** One form: the fields that the operator allows, each posted under its claim. */
export default (data: Data, page: PageContext): Html => {
  const { email, emailVerified, emailUrl, fields, errors } = data;
  const tag = html`<span class="${emailVerified ? 'tag' : 'tag warn'}">${page.t(emailVerified ? 'overview.verified' : 'overview.unverified')}</span>`;
  return account(page, {
    section: 'profile',
    title: page.t('profile.title'),
    isError: errors.length > 0,
    signOutAction: data.signOutAction,
    signals: data.signals,
    main: [
      errorSummary(page, errors),
      data.notice && notice(page.say(data.notice)),
      html`<ul class="rec"><li><b>${page.t('overview.email')}</b><small><bdi>${email}</bdi> ${tag}</small>${
        emailUrl &&
        html`<a class="btn alt" href="${emailUrl}">${page.t(emailVerified ? 'profile.change_email' : 'profile.confirm_email')}</a>`
      }</li></ul>`,
      fields.length > 0 &&
        html`<p class="route">${page.t('profile.text')}</p><form method="post" action="${data.action}" class="fields">${csrfField(page)}${fields.map(
          (field) => row(field, data, page),
        )}<button class="go">${page.t('profile.save')}</button></form>`,
    ],
  });
};

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

function row(field: Field, { errors }: Data, page: PageContext): Html {
  const { id, kind } = field;
  const hintKey = `profile.hint.${kind}`;
  const hint = page.has(hintKey) && html`<p class="hint" id="${id}-hint">${page.t(hintKey)}</p>`;
  const { line, attributes } = fieldError(page, id, errors);
  const described = attributes ?? (hint && html` aria-describedby="${id}-hint"`);
  const labelKey = `profile.${id}`;
  return html`<div class="field"><label for="${id}">${page.has(labelKey) ? page.t(labelKey) : id}</label>${hint}${line}${control(field, described, page)}</div>`;
}

function control({ id, kind, value }: Field, described: Html | false | undefined, page: PageContext): Html {
  const autocomplete = AUTOCOMPLETE[id] ?? 'off';
  if (kind === 'lines') {
    return html`<textarea id="${id}" name="${id}" rows="2" autocomplete="${autocomplete}"${described}>${value}</textarea>`;
  }
  if (kind === 'language') {
    const languages = page.locales.map(({ code, name }) => ({ code, label: name, lang: code }));
    return choice(id, value, languages, page.t('profile.language_of_browser'), described);
  }
  if (kind === 'zone') {
    const zones = Intl.supportedValuesOf('timeZone').map((code) => ({
      code,
      label: code.replaceAll('_', ' '),
    }));
    return choice(id, value, zones, page.t('profile.zone_none'), described);
  }
  const mode = INPUT_MODES[kind];
  return html`<input id="${id}" name="${id}" type="text" value="${value}" autocomplete="${autocomplete}"${
    mode && html` inputmode="${mode}" dir="ltr" autocapitalize="none" spellcheck="false"`
  }${described}>`;
}

const INPUT_MODES: Partial<Record<Field['kind'], string>> = { url: 'url', phone: 'tel', date: 'text' };

/** What is there stays choosable, also when we do not know it. */
function choice(
  id: string,
  value: string,
  options: readonly { code: string; label: string; lang?: string }[],
  none: string,
  described: Html | false | undefined,
): Html {
  const isKnown = value === '' || options.some(({ code }) => code === value);
  const all = isKnown ? options : [{ code: value, label: value }, ...options];
  return html`<select id="${id}" name="${id}"${described}><option value="">${none}</option>${all.map(
    ({ code, label, lang }) =>
      html`<option value="${code}"${lang && html` lang="${lang}"`}${code === value && html` selected`}>${label}</option>`,
  )}</select>`;
}

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/profile',
    email: 'ana@example.com',
    emailVerified: true,
    emailUrl: '/account/email',
    fields: [
      { id: 'name', kind: 'text', value: 'Ana Lopes' },
      { id: 'preferred_username', kind: 'text', value: 'ana' },
      { id: 'birthdate', kind: 'date', value: '1984-02-29' },
      { id: 'locale', kind: 'language', value: 'pt-PT' },
      { id: 'zoneinfo', kind: 'zone', value: 'Europe/Lisbon' },
      { id: 'website', kind: 'url', value: 'https://ana.example/' },
      { id: 'phone_number', kind: 'phone', value: '+351 21 234 5678' },
      { id: 'street_address', kind: 'lines', value: 'Rua das Flores 7\n2.º direito' },
      { id: 'locality', kind: 'text', value: 'Lisboa' },
    ],
    errors: [],
    signOutAction: '/account/sign-out',
  };
  return {
    filled: plain,
    'not confirmed, saved': {
      ...plain,
      emailVerified: false,
      notice: { key: 'profile.saved' },
      fields: plain.fields.map((field) => ({ ...field, value: '' })),
    },
    mistakes: {
      ...plain,
      errors: [
        { field: 'birthdate', sentence: { key: 'profile.wrong.date' } },
        { field: 'website', sentence: { key: 'profile.wrong.url' } },
      ],
    },
    'nothing to write': { ...plain, fields: [] },
  };
}
