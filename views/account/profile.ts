import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { listTimeZones, presentZone } from '../../src/views/time-zones.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, type FieldError, fieldError, notice } from '../layout/form.ts';

export type Data = {
  action: string;
  email: string;
  emailVerified: boolean;
  /** Absent: the operator or a missing mail server keeps addresses as they are. */
  emailUrl?: string;
  /** What the operator lets people write. `id` is the claim, or a part of the address. */
  fields: readonly {
    id: string;
    kind: 'text' | 'lines' | 'date' | 'language' | 'zone' | 'url' | 'phone';
    value: string;
    /** Of what the operator keeps beside the claims. */
    label?: string;
  }[];
  /** What apps are told beside, and only the operator can change. */
  fixed: readonly { id: string; label?: string; value: string }[];
  /** When the offsets of time zones are told for. */
  now: number;
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string;
  errors: readonly FieldError[];
  signOutAction: string;
  notice?: Sentence;
};

type Field = Data['fields'][number];

/** One form: the fields that the operator allows, each posted under its claim. */
export default (data: Data, page: PageContext): Html => {
  const { email, emailVerified, emailUrl, errors } = data;
  const groups = groupsOf(data.fields);
  const fields = groups.flatMap((group) => group.fields);
  const labels = Object.fromEntries(fields.map((field) => [field.id, labelOf(field, page)]));
  const tag = html`<span class="${emailVerified ? 'tag' : 'tag warn'}">${page.t(emailVerified ? 'overview.verified' : 'overview.unverified')}</span>`;
  return account(page, {
    section: 'profile',
    title: page.t('profile.title'),
    isError: errors.length > 0,
    signOutAction: data.signOutAction,
    signals: data.signals,
    main: [
      errorSummary(page, errors, labels),
      data.notice && notice(page.say(data.notice)),
      html`<ul class="rec"><li><b>${page.t('overview.email')}</b><small><bdi>${email}</bdi> ${tag}</small>${
        emailUrl &&
        html`<a class="btn alt" href="${emailUrl}">${page.t(emailVerified ? 'profile.change_email' : 'profile.confirm_email')}</a>`
      }</li></ul>`,
      fields.length > 0 &&
        html`<p class="route">${page.t('profile.text')}</p><form method="post" action="${data.action}" class="fields">${csrfField(page)}${groups.map(
          (group) => fieldset(group, data, page, groups.length > 1),
        )}<button class="go">${page.t('profile.save')}</button></form>`,
      data.fixed.length > 0 &&
        html`<section><h2>${page.t('profile.fixed')}</h2><p class="route">${page.t('profile.fixed_text')}</p><dl class="rec">${data.fixed.map(
          (fact) => html`<div><dt>${labelOf(fact, page)}</dt><dd dir="auto">${fact.value}</dd></div>`,
        )}</dl></section>`,
    ],
  });
};

/** What belongs together, in the order of the page. */
const GROUPS = [
  {
    title: 'profile.group.name',
    ids: ['name', 'given_name', 'middle_name', 'family_name', 'nickname', 'preferred_username'],
  },
  { title: 'profile.group.about', ids: ['picture', 'birthdate', 'gender', 'website', 'profile'] },
  { title: 'profile.group.place', ids: ['locale', 'zoneinfo'] },
  {
    title: 'profile.group.contact',
    ids: ['phone_number', 'street_address', 'postal_code', 'locality', 'region', 'country'],
  },
] as const;

type Group = { title?: (typeof GROUPS)[number]['title']; fields: readonly Field[] };

/** Those groups of which there is something; what belongs to none comes last. */
function groupsOf(fields: readonly Field[]): Group[] {
  const named = GROUPS.map(({ title, ids }) => ({
    title,
    fields: ids.flatMap((id) => fields.find((field) => field.id === id) ?? []),
  }));
  const placed = new Set(named.flatMap((group) => group.fields)); // at most one for each field
  const others: Group = { fields: fields.filter((field) => !placed.has(field)) };
  return [...named, others].filter((group) => group.fields.length > 0);
}

function fieldset({ title, fields }: Group, data: Data, page: PageContext, isOneOfMore: boolean): Html {
  return html`<fieldset>${isOneOfMore && title && html`<legend>${page.t(title)}</legend>`}${fields.map((field) => row(field, data, page))}</fieldset>`;
}

function labelOf({ id, label }: { id: string; label?: string }, page: PageContext): string {
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

function row(field: Field, { errors, now }: Data, page: PageContext): Html {
  const { id, kind } = field;
  const hintKey = `profile.hint.${kind}`;
  const hint = page.has(hintKey) && html`<p class="hint" id="${id}-hint">${page.t(hintKey)}</p>`;
  const { line, attributes } = fieldError(page, id, errors);
  const described = attributes ?? (hint && html` aria-describedby="${id}-hint"`);
  return html`<div class="field"><label for="${id}">${labelOf(field, page)}</label>${line ?? hint}${control(field, described, page, now)}</div>`;
}

function control(
  { id, kind, value }: Field,
  described: Html | false | undefined,
  page: PageContext,
  now: number,
): Html {
  const autocomplete = AUTOCOMPLETE[id] ?? 'off';
  if (kind === 'lines') {
    return html`<textarea id="${id}" name="${id}" rows="2" autocomplete="${autocomplete}"${described}>${value}</textarea>`;
  }
  if (kind === 'language') {
    const languages = page.locales.map(({ code, name }) => ({ code, label: name, lang: code }));
    return choice(id, value, languages, page.t('profile.language_of_browser'), described);
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
    fixed: [],
    now: noon(),
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
        // As the check tells them, which is not the order of the page.
        { field: 'website', sentence: { key: 'profile.wrong.url' } },
        { field: 'name', sentence: { key: 'profile.wrong.text' } },
        { field: 'birthdate', sentence: { key: 'profile.wrong.date' } },
      ],
    },
    'as it is without a setting': {
      ...plain,
      fields: [
        { id: 'name', kind: 'text', value: 'Ana Lopes' },
        { id: 'given_name', kind: 'text', value: 'Ana' },
        { id: 'family_name', kind: 'text', value: 'Lopes' },
        { id: 'locale', kind: 'language', value: 'pt-PT' },
        { id: 'zoneinfo', kind: 'zone', value: 'Asia/Calcutta' },
      ],
      fixed: [{ id: 'preferred_username', value: 'ana' }],
    },
    'one of all': { ...plain, fields: [{ id: 'nickname', kind: 'text', value: 'Ana' }] },
    'nothing to write': { ...plain, fields: [], fixed: [{ id: 'name', value: 'Ana Lopes' }] },
    'what the operator keeps': {
      ...plain,
      fixed: [
        { id: 'attribute.department', label: 'Department', value: 'Library' },
        { id: 'attribute.cost_center', label: 'Cost centre', value: '4711' },
      ],
      fields: [
        ...plain.fields.slice(0, 1),
        { id: 'attribute.desk', kind: 'text', label: 'Desk', value: 'B 12' },
      ],
    },
  };
}
