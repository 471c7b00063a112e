import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { ana, noon, sampleRemoval } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { csrfField, notice } from '../layout/form.ts';
import { methodIcon } from '../layout/icons.ts';
import { type WaitingRemoval, waitingRemoval } from '../layout/lost-device.ts';
import { methodName } from '../layout/method-name.ts';
import { networkName } from '../layout/network.ts';

export type Data = {
  /** Strongest first. `isUsable` without credentials: a way that needs nothing to be set up. */
  methods: readonly {
    method: string;
    isUsable: boolean;
    credentials: readonly {
      id: string;
      name: string;
      createdAt: number;
      lastUsedAt?: number;
      isSynced?: boolean;
      /** It opens nothing by itself, and is asked for after another way. */
      isSecondOnly?: boolean;
      /** Of a method that stands for several: which of them, and whether that is switched off. */
      way?: string;
      icon?: string;
      isClosed?: boolean;
      removeUrl: string;
      renameUrl?: string;
    }[];
    addUrl?: string;
    /** Of a method that stands for several, in a list of its own: each that can be connected. */
    connectable?: readonly { name: string; icon: string; url: string }[];
    /** It is chosen and changed on a page of its own, not added once more. */
    isChanged?: boolean;
    /** How often it can still be used (backup codes). */
    left?: number;
  }[];
  /** The methods that can be asked for after the first step. Empty: one factor is all. */
  secondFactors: readonly string[];
  browsers: readonly {
    id: string;
    browser: string;
    network: string;
    createdAt: number;
    expiresAt: number;
    lastUsedAt?: number;
  }[];
  forgetAction: string;
  forgetAllAction: string;
  /** For who has lost a device; where it can be asked for. */
  lostUrl?: string;
  /** A request to remove what was lost. */
  waiting?: WaitingRemoval;
  /** Newest first. The sentence is `event.<name>`. */
  events: readonly {
    at: number;
    name: string;
    /** The method that it is about. */
    method?: string;
    /** The app that asked for it. */
    app?: string;
    /** The methods that proved it. */
    methodIds?: readonly string[];
    browser?: string;
    network?: string;
  }[];
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string;
  signOutAction: string;
  notice?: Sentence;
};

type MethodRow = Data['methods'][number];

export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'security',
    title: page.t('security.title'),
    signOutAction: data.signOutAction,
    signals: data.signals,
    main: [
      data.notice && notice(page.say(data.notice)),
      data.waiting &&
        html`<section class="note"><h2>${page.t('lost.waiting_title')}</h2>${waitingRemoval(page, data.waiting)}</section>`,
      html`<section><h2>${page.t('security.ways')}</h2><ul class="rec">${data.methods.filter(({ connectable }) => !connectable).map((row) => rows(row, page))}</ul></section>`,
      html`${data.methods.map((row) => connections(row, page))}`,
      html`<section><h2>${page.t('security.second_factor')}</h2><p>${secondFactor(data, page)}</p>${
        data.lostUrl !== undefined &&
        html`<p><a class="link" href="${data.lostUrl}">${page.t('lost.link')}</a></p>`
      }</section>`,
      browsers(data, page),
      events(data, page),
    ],
  });

/** A line for the method, with what can be added; below it one for each credential that has a name of its own. */
function rows(row: MethodRow, page: PageContext): Html {
  const { method, isUsable, credentials, addUrl, isChanged, left } = row;
  const name = methodName(page, method);
  const [only] = credentials;
  const isSingle = only !== undefined && only.name === method;
  const state = stateOf(row, page);
  const label = isSingle
    ? isChanged
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

function stateOf({ isUsable, credentials }: MethodRow, page: PageContext): Html | string {
  const [only] = credentials;
  if (!isUsable) return page.t('security.not_set_up');
  if (only === undefined) return page.t('security.ready');
  if (credentials.length > 1) return page.t('security.count', { count: credentials.length });
  return times(only, page);
}

function times({ createdAt, lastUsedAt }: MethodRow['credentials'][number], page: PageContext): Html {
  return html`${page.rich('security.since', { since: page.time(createdAt) })}${
    lastUsedAt !== undefined && [' · ', page.rich('applications.used', { used: page.time(lastUsedAt) })]
  }`;
}

function credentialRow(credential: MethodRow['credentials'][number], page: PageContext): Html {
  const { name, renameUrl, removeUrl } = credential;
  return html`<li class="sub"><b dir="auto">${name}</b><small>${times(credential, page)}${
    credential.isSynced !== undefined &&
    html` · ${page.t(credential.isSynced ? 'passkey.synced' : 'passkey.not_synced')}`
  }${credential.isSecondOnly && html` · ${page.t('passkey.second_only')}`}</small><div class="acts">${
    renameUrl &&
    html`<a class="btn alt" href="${renameUrl}">${page.t('security.rename')}<span class="unseen"> ${name}</span></a>`
  }<a class="btn bad" href="${removeUrl}">${page.t('security.remove')}<span class="unseen"> ${name}</span></a></div></li>`;
}

/** Sign-ins elsewhere: those that are connected, and those that could be. */
function connections({ credentials, connectable }: MethodRow, page: PageContext): Html | false {
  if (!connectable || credentials.length + connectable.length === 0) return false;
  const own = credentials.map((credential) => {
    const { way = '', name, icon = '', isClosed, removeUrl } = credential;
    return html`<li><b>${methodIcon(page, icon)}<bdi>${way}</bdi></b><small>${
      name !== way && html`<bdi>${name}</bdi> · `
    }${times(credential, page)}${isClosed && html` · ${page.t('security.closed')}`}</small><div class="acts"><a class="btn bad" href="${removeUrl}">${page.t('security.remove')}<span class="unseen"> ${way}</span></a></div></li>`;
  });
  const others = connectable.map(({ name, icon, url }) => {
    const isThere = credentials.some(({ way }) => way === name);
    return html`<li><b>${methodIcon(page, icon)}<bdi>${name}</bdi></b>${
      !isThere && html`<small>${page.t('security.not_connected')}</small>`
    }<div class="acts"><a class="btn alt" href="${url}">${page.t(isThere ? 'security.add_more' : 'security.connect')}<span class="unseen"> ${name}</span></a></div></li>`;
  });
  return html`<section><h2>${page.t('security.connected')}</h2><p class="route">${page.t('security.connected_text')}</p><ul class="rec">${own}${others}</ul></section>`;
}

function secondFactor({ secondFactors }: Data, page: PageContext): Html | string {
  if (secondFactors.length === 0) return page.t('security.second_factor_off');
  const names = secondFactors.map((method, index) => [
    index > 0 && ', ',
    html`<b>${methodName(page, method)}</b>`,
  ]);
  return page.rich('security.second_factor_on', { ways: html`${names}` });
}

function browsers(data: Data, page: PageContext): Html | false {
  if (data.browsers.length === 0) return false;
  const list = data.browsers.map(
    ({ id, browser, network, createdAt, expiresAt }) =>
      html`<li><b>${browser}</b><small>${networkName(page, network)} · ${page.rich('security.device', { since: page.time(createdAt), until: page.time(expiresAt) })}</small><form method="post" action="${data.forgetAction}">${csrfField(page)}<input type="hidden" name="device" value="${id}"><button class="bad">${page.t('security.forget')}<span class="unseen"> ${browser}</span></button></form></li>`,
  );
  return html`<section><h2>${page.t('security.devices')}</h2><p class="route">${page.t('security.devices_text')}</p><ul class="rec">${list}</ul>${
    list.length > 1 &&
    html`<form method="post" action="${data.forgetAllAction}">${csrfField(page)}<button class="bad">${page.t('security.forget_all')}</button></form>`
  }</section>`;
}

function events({ events: list }: Data, page: PageContext): Html | false {
  if (list.length === 0) return false;
  const lines = list.map(({ at, name, method, app, methodIds = [], browser, network }) => {
    const key = `event.${name}`;
    const values = method === undefined ? {} : { way: methodName(page, method) };
    const by = methodIds.map((id, index) => [index > 0 && ' + ', methodName(page, id)]);
    return html`<li><b>${page.has(key) ? page.t(key, values) : name}</b><small>${page.time(at)}${app !== undefined && html` · <bdi>${app}</bdi>`}${
      methodIds.length > 0 && html` · ${by}`
    }${browser !== undefined && html` · <bdi>${browser}</bdi>`}${
      network !== undefined && html` · ${networkName(page, network)}`
    }</small></li>`;
  });
  return html`<section><h2>${page.t('security.events')}</h2><p class="route">${page.t('security.events_text')}</p><ul class="rec">${lines}</ul></section>`;
}

export function samples(): Samples<Data> {
  const at = (hoursAgo: number) => noon() - hoursAgo * 3_600_000;
  const list = '/account/security';
  const plain: Data = {
    methods: [
      {
        method: 'passkey',
        isUsable: true,
        credentials: [
          {
            id: 'pk_1',
            name: 'iCloud Keychain · iPhone',
            createdAt: at(2000),
            lastUsedAt: at(2),
            removeUrl: `${list}/passkey/remove?credential=pk_1`,
            renameUrl: `${list}/passkey/rename?credential=pk_1`,
          },
          {
            id: 'pk_2',
            name: 'The very long name of a security key that hangs on my bunch of keys',
            createdAt: at(100),
            isSynced: false,
            isSecondOnly: true,
            removeUrl: `${list}/passkey/remove?credential=pk_2`,
            renameUrl: `${list}/passkey/rename?credential=pk_2`,
          },
        ],
        addUrl: `${list}/passkey/add`,
      },
      {
        method: 'password',
        isUsable: true,
        credentials: [
          {
            id: 'password',
            name: 'password',
            createdAt: at(3000),
            removeUrl: `${list}/password/remove?credential=password`,
          },
        ],
        addUrl: '/account/password',
        isChanged: true,
      },
      { method: 'email', isUsable: true, credentials: [] },
      {
        method: 'upstream',
        isUsable: true,
        credentials: [
          {
            id: 'upl_1',
            name: 'ana.ruiz@gmail.example',
            way: 'Google',
            icon: 'upstream.google',
            createdAt: at(900),
            lastUsedAt: at(3),
            removeUrl: `${list}/upstream/remove?credential=upl_1`,
          },
          {
            id: 'upl_2',
            name: 'Verwaltung Ödinghausen',
            way: 'Verwaltung Ödinghausen',
            icon: 'upstream.oidc',
            createdAt: at(4000),
            isClosed: true,
            removeUrl: `${list}/upstream/remove?credential=upl_2`,
          },
        ],
        connectable: [
          { name: 'Google', icon: 'upstream.google', url: `${list}/upstream/connect?choice=google` },
          { name: 'GitHub', icon: 'upstream.github', url: `${list}/upstream/connect?choice=github` },
        ],
      },
      {
        method: 'backup-codes',
        isUsable: true,
        credentials: [
          {
            id: 'bcs_1',
            name: 'backup-codes',
            createdAt: at(1000),
            removeUrl: `${list}/backup-codes/remove?credential=bcs_1`,
          },
        ],
        addUrl: `${list}/backup-codes/add`,
        left: 8,
      },
    ],
    secondFactors: ['passkey', 'backup-codes'],
    browsers: [
      {
        id: 'dev_1',
        browser: 'Firefox · Linux',
        network: '203.0.113.7',
        createdAt: at(48),
        expiresAt: at(-670),
      },
      {
        id: 'dev_2',
        browser: 'Safari · iPhone',
        network: '2001:db8:1:2::/64',
        createdAt: at(500),
        expiresAt: at(-220),
      },
    ],
    forgetAction: `${list}/forget-device`,
    forgetAllAction: `${list}/forget-devices`,
    events: [
      {
        at: at(2),
        name: 'signed_in',
        app: 'Books',
        methodIds: ['password', 'totp'],
        browser: 'Firefox · Linux',
        network: '203.0.113.7',
      },
      { at: at(2), name: 'recovery_refused', browser: 'Chrome · Windows', network: '203.0.113.9' },
      { at: at(3), name: 'way_refused', method: 'password', network: '2001:db8:1:2::/64' },
      { at: at(100), name: 'way_added', method: 'passkey', network: '203.0.113.7' },
      { at: at(200), name: 'token_stolen' },
    ],
    signals: JSON.stringify({
      rpId: 'auth.acme.example',
      userId: 'dXNyXzE',
      allAcceptedCredentialIds: ['cGtfMQ'],
      name: ana().email,
      displayName: ana().name,
    }),
    signOutAction: '/account/sign-out',
  };
  return {
    everything: plain,
    'password only': {
      ...plain,
      methods: plain.methods.map((row) =>
        ['password', 'email'].includes(row.method)
          ? row
          : {
              method: row.method,
              isUsable: false,
              credentials: [],
              addUrl: `/account/security/${row.method}/add`,
            },
      ),
      secondFactors: [],
      browsers: [],
      events: [],
    },
    'one was added': { ...plain, lostUrl: '/account/lost-device', notice: { key: 'security.added' } },
    'a removal waits': {
      ...plain,
      waiting: { ...sampleRemoval(), cancelAction: '/account/lost-device/keep' },
    },
  };
}
