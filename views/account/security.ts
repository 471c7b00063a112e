import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { csrfField, notice } from '../layout/form.ts';
import { waitingRemoval } from '../layout/lost-device.ts';
import { wayName } from './way-name.ts';

type Security = Screens['account/security'];
type Way = Security['ways'][number];

export default (data: Security, page: PageContext): Html =>
  account(page, {
    section: 'security',
    title: page.t('security.title'),
    signOutAction: data.signOutAction,
    signals: data.signals,
    main: [
      data.notice && notice(page.say(data.notice)),
      data.waiting &&
        html`<section class="note"><h2>${page.t('lost.waiting_title')}</h2>${waitingRemoval(page, data.waiting)}</section>`,
      html`<section><h2>${page.t('security.ways')}</h2><ul class="rec">${data.ways.map((way) => rows(way, page))}</ul></section>`,
      html`<section><h2>${page.t('security.second_factor')}</h2><p>${secondFactor(data, page)}</p>${
        data.lostUrl !== undefined &&
        html`<p><a class="link" href="${data.lostUrl}">${page.t('lost.link')}</a></p>`
      }</section>`,
      devices(data, page),
      events(data, page),
    ],
  });

/** A line for the method, with what can be added; below it one for each credential that has a name of its own. */
function rows(way: Way, page: PageContext): Html {
  const { method, isUsable, credentials, addUrl, left } = way;
  const name = wayName(page, method);
  const [only] = credentials;
  const isSingle = only !== undefined && only.name === method;
  const state = stateOf(way, page);
  const label = isSingle
    ? method === 'password'
      ? 'security.change'
      : 'security.renew'
    : isUsable && credentials.length > 0
      ? 'security.add_more'
      : 'security.add';
  return html`<li><b>${name}</b><small>${state}${left !== undefined && html` · ${page.t('security.left', { left })}`}</small><div class="acts">${
    addUrl &&
    html`<a class="btn alt" href="${addUrl}">${page.t(label)}<span class="unseen"> ${name}</span></a>`
  }${isSingle && html`<a class="btn bad" href="${only.removeUrl}">${page.t('security.remove')}<span class="unseen"> ${name}</span></a>`}</div></li>${
    !isSingle && credentials.map((credential) => credentialRow(credential, page))
  }`;
}

function stateOf({ isUsable, credentials }: Way, page: PageContext): Html | string {
  const [only] = credentials;
  if (!isUsable) return page.t('security.not_set_up');
  if (only === undefined) return page.t('security.ready');
  if (credentials.length > 1) return page.t('security.count', { count: credentials.length });
  return times(only, page);
}

function times({ createdAt, lastUsedAt }: Way['credentials'][number], page: PageContext): Html {
  return html`${page.rich('security.since', { since: page.time(createdAt) })}${
    lastUsedAt !== undefined && [' · ', page.rich('applications.used', { used: page.time(lastUsedAt) })]
  }`;
}

function credentialRow(credential: Way['credentials'][number], page: PageContext): Html {
  const { name, renameUrl, removeUrl } = credential;
  return html`<li class="sub"><b dir="auto">${name}</b><small>${times(credential, page)}${
    credential.isSynced !== undefined &&
    html` · ${page.t(credential.isSynced ? 'passkey.synced' : 'passkey.not_synced')}`
  }</small><div class="acts">${
    renameUrl &&
    html`<a class="btn alt" href="${renameUrl}">${page.t('security.rename')}<span class="unseen"> ${name}</span></a>`
  }<a class="btn bad" href="${removeUrl}">${page.t('security.remove')}<span class="unseen"> ${name}</span></a></div></li>`;
}

function secondFactor({ secondFactors }: Security, page: PageContext): Html | string {
  if (secondFactors.length === 0) return page.t('security.second_factor_off');
  const ways = secondFactors.map((method, index) => [
    index > 0 && ', ',
    html`<b>${wayName(page, method)}</b>`,
  ]);
  return page.rich('security.second_factor_on', { ways: html`${ways}` });
}

function devices(data: Security, page: PageContext): Html | false {
  if (data.devices.length === 0) return false;
  const list = data.devices.map(
    ({ id, device, network, createdAt, expiresAt }) =>
      html`<li><b>${device}</b><small><bdi class="mono">${network}</bdi> · ${page.rich('security.device', { since: page.time(createdAt), until: page.time(expiresAt) })}</small><form method="post" action="${data.forgetAction}">${csrfField(page)}<input type="hidden" name="device" value="${id}"><button class="bad">${page.t('security.forget')}<span class="unseen"> ${device}</span></button></form></li>`,
  );
  return html`<section><h2>${page.t('security.devices')}</h2><p class="route">${page.t('security.devices_text')}</p><ul class="rec">${list}</ul>${
    list.length > 1 &&
    html`<form method="post" action="${data.forgetAllAction}">${csrfField(page)}<button class="bad">${page.t('security.forget_all')}</button></form>`
  }</section>`;
}

function events({ events: list }: Security, page: PageContext): Html | false {
  if (list.length === 0) return false;
  const lines = list.map(({ at, name, method, app, ways = [], browser, network }) => {
    const key = `event.${name}`;
    const values = method === undefined ? {} : { way: wayName(page, method) };
    const by = ways.map((way, index) => [index > 0 && ' + ', wayName(page, way)]);
    return html`<li><b>${page.has(key) ? page.t(key, values) : name}</b><small>${page.time(at)}${app !== undefined && html` · <bdi>${app}</bdi>`}${
      ways.length > 0 && html` · ${by}`
    }${browser !== undefined && html` · <bdi>${browser}</bdi>`}${
      network !== undefined && html` · <bdi class="mono">${network}</bdi>`
    }</small></li>`;
  });
  return html`<section><h2>${page.t('security.events')}</h2><p class="route">${page.t('security.events_text')}</p><ul class="rec">${lines}</ul></section>`;
}
