import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField, errorSummary, type FieldError, fieldError, textField } from '../layout/form.ts';

type Form = {
  /** The API's own id, and what it is called. */
  apiId: string;
  api: string;
  /** By which a form that was sent once makes one key. */
  attemptId: string;
  name: string;
  scopes: readonly { name: string; sentence: string; isChosen: boolean }[];
  /** How long it may live, in days, and which is chosen. */
  expiries: readonly number[];
  expiryDays: number;
  networks: string;
};

/** With `form`: fields `api`, `attempt`, `name`, `scope:<name>` for each that is chosen, `expiry`, `networks`. */
export type Data = {
  action: string;
  /** Absent: there are several APIs, and one must be chosen first. */
  form?: Form;
  choices: readonly { name: string; url: string }[];
  errors: readonly FieldError[];
  /** There are as many as one may have. */
  most?: number;
  cancelUrl: string;
  signOutAction: string;
};

/** Fields: `api`, `attempt`, `name`, `scope:<name>`, `expiry`, `networks`. */
export default (data: Data, page: PageContext): Html => {
  const { form, errors, most } = data;
  return account(page, {
    section: 'applications',
    title: page.t('api_keys.add'),
    isError: errors.length > 0 || most !== undefined,
    signOutAction: data.signOutAction,
    main: [
      most !== undefined &&
        alert(page.t('layout.not_yet.title'), html`<p>${page.t('api_keys.too_many', { count: most })}</p>`),
      errorSummary(page, errors, labelsOf(page)),
      form ? fields(data, form, page) : choices(data, page),
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('ways.cancel')}</a></p>`,
    ],
  });
};

const labelsOf = (page: PageContext) => ({
  name: page.t('api_keys.name'),
  'scope-0': page.t('api_keys.scopes'),
  networks: page.t('api_keys.networks'),
});

function choices(data: Data, page: PageContext): Html {
  return html`<section><h2>${page.t('api_keys.which_api')}</h2><ul class="rec">${data.choices.map(
    ({ name, url }) => html`<li><a class="link" href="${url}"><bdi>${name}</bdi></a></li>`,
  )}</ul></section>`;
}

function fields(data: Data, form: Form, page: PageContext): Html {
  const { errors } = data;
  return html`<p class="route">${page.rich('api_keys.for_api', { api: html`<b><bdi>${form.api}</bdi></b>` })}</p><form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="api" value="${form.apiId}"><input type="hidden" name="attempt" value="${form.attemptId}">${textField(
    page,
    { id: 'name', label: page.t('api_keys.name'), value: form.name, autocomplete: 'off', errors },
  )}${scopes(form, errors, page)}<div class="field"><label for="expiry">${page.t('api_keys.expiry')}</label><select id="expiry" name="expiry">${form.expiries.map(
    (days) =>
      html`<option value="${days}"${days === form.expiryDays && html` selected`}>${page.duration(days * 86_400)}</option>`,
  )}</select></div>${networks(form, errors, page)}<button class="go">${page.t('api_keys.make')}</button></form>`;
}

function scopes(form: Form, errors: readonly FieldError[], page: PageContext): Html {
  const { line, attributes } = fieldError(page, 'scope-0', errors);
  const boxes = form.scopes.map(
    ({ name, sentence, isChosen }, at) =>
      html`<label class="check"><input type="checkbox" id="scope-${at}" name="scope:${name}" value="yes"${isChosen && html` checked`}${at === 0 && attributes}><span>${sentence} <small class="mono" dir="ltr">${name}</small></span></label>`,
  );
  return html`<div class="field" role="group" aria-labelledby="scopes"><b id="scopes">${page.t('api_keys.scopes')}</b>${line}${boxes}</div>`;
}

function networks(form: Form, errors: readonly FieldError[], page: PageContext): Html {
  const { line, attributes } = fieldError(page, 'networks', errors);
  return html`<div class="field"><label for="networks">${page.t('api_keys.networks')}</label><small id="networks-hint">${page.t('api_keys.networks_hint')}</small>${line}<textarea id="networks" name="networks" rows="3" dir="ltr" spellcheck="false" autocapitalize="none"${attributes ?? html` aria-describedby="networks-hint"`}>${form.networks}</textarea></div>`;
}

export function samples(): Samples<Data> {
  const form: Form = {
    apiId: 'rs_orders',
    api: 'Orders',
    attemptId: 'aGFuZGxl',
    name: '',
    scopes: [
      { name: 'orders:read', sentence: 'See your orders', isChosen: false },
      { name: 'orders:write', sentence: 'Change your orders', isChosen: false },
    ],
    expiries: [7, 30, 90, 365],
    expiryDays: 90,
    networks: '',
  };
  const plain: Data = {
    action: '/account/api-keys/add',
    form,
    choices: [],
    errors: [],
    cancelUrl: '/account/api-keys',
    signOutAction: '/account/sign-out',
  };
  const { form: _, ...bare } = plain;
  return {
    plain,
    'which API': {
      ...bare,
      choices: [
        { name: 'Orders', url: '/account/api-keys/add?api=rs_orders' },
        { name: 'https://shelf.example.com', url: '/account/api-keys/add?api=rs_shelf' },
      ],
    },
    'all wrong': {
      ...plain,
      form: { ...form, networks: '203.0.113.0/240' },
      errors: [
        { field: 'name', sentence: { key: 'api_keys.name_wrong' } },
        { field: 'scope-0', sentence: { key: 'api_keys.scopes_missing' } },
        { field: 'networks', sentence: { key: 'api_keys.network_wrong' } },
      ],
    },
    'too many': { ...plain, form: { ...form, name: 'One more' }, most: 100 },
  };
}
