import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField, errorSummary, type FieldError, notice } from '../layout/form.ts';
import { labelOf, type ProfileField, profileField } from '../layout/profile-field.ts';

export type Data = {
  action: string;
  email: string;
  emailVerified: boolean;
  /** Absent: the operator or a missing mail server keeps addresses as they are. */
  emailUrl?: string;
  /** What the operator lets people write. `id` is the claim, or a part of the address. */
  fields: readonly ProfileField[];
  /** What apps are told beside, and only the operator can change. */
  fixed: readonly { id: string; label?: string; value: string | boolean }[];
  /** When the offsets of time zones are told for. */
  now: number;
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string;
  errors: readonly FieldError[];
  /** Another name was tried too often. */
  slowDownSeconds?: number;
  signOutAction: string;
  notice?: Sentence;
};

/** One form: the fields that the operator allows, each posted under its claim. */
export default (data: Data, page: PageContext): Html => {
  const { email, emailVerified, emailUrl, errors, slowDownSeconds } = data;
  const wait = slowDownSeconds === undefined ? '' : page.duration(slowDownSeconds);
  const groups = groupsOf(data.fields);
  const fields = groups.flatMap((group) => group.fields);
  const labels = Object.fromEntries(fields.map((field) => [field.id, labelOf(field, page)]));
  const tag = html`<span class="${emailVerified ? 'tag' : 'tag warn'}">${page.t(emailVerified ? 'overview.verified' : 'overview.unverified')}</span>`;
  return account(page, {
    section: 'profile',
    title: page.t('profile.title'),
    isError: errors.length > 0 || slowDownSeconds !== undefined,
    signOutAction: data.signOutAction,
    signals: data.signals,
    main: [
      slowDownSeconds === undefined
        ? errorSummary(page, errors, labels)
        : alert(page.t('layout.not_yet.title'), html`<p>${page.t('login.refused.slow_down', { wait })}</p>`),
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
          (fact) =>
            html`<div><dt>${labelOf(fact, page)}</dt><dd><bdi>${inWords(fact.value, page)}</bdi></dd></div>`,
        )}</dl></section>`,
    ],
  });
};

function inWords(value: string | boolean, page: PageContext): string {
  return typeof value === 'boolean' ? page.t(value ? 'profile.yes' : 'profile.no') : value;
}

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

type Group = { title?: (typeof GROUPS)[number]['title']; fields: readonly ProfileField[] };

/** Those groups of which there is something; what belongs to none comes last. */
function groupsOf(fields: readonly ProfileField[]): Group[] {
  const named = GROUPS.map(({ title, ids }) => ({
    title,
    fields: ids.flatMap((id) => fields.find((field) => field.id === id) ?? []),
  }));
  const placed = new Set(named.flatMap((group) => group.fields)); // at most one for each field
  const others: Group = { fields: fields.filter((field) => !placed.has(field)) };
  return [...named, others].filter((group) => group.fields.length > 0);
}

function fieldset({ title, fields }: Group, data: Data, page: PageContext, isOneOfMore: boolean): Html {
  return html`<fieldset>${isOneOfMore && title && html`<legend>${page.t(title)}</legend>`}${fields.map((field) => profileField(field, data, page))}</fieldset>`;
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
        { field: 'preferred_username', sentence: { key: 'profile.name_taken' } },
        { field: 'birthdate', sentence: { key: 'profile.wrong.date' } },
      ],
    },
    'slow down': { ...plain, slowDownSeconds: 1800 },
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
        { id: 'attribute.is_external', label: 'External', value: false },
      ],
      fields: [
        ...plain.fields.slice(0, 1),
        { id: 'attribute.desk', kind: 'text', label: 'Desk', value: 'B 12' },
      ],
    },
  };
}
