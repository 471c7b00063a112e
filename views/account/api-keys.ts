import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { notice } from '../layout/form.ts';
import { type UsesOfDay, usesPicture } from '../layout/uses.ts';

type Row = {
  name: string;
  /** The API's name. */
  api: string;
  /** What it may do, in the operator's sentences. */
  sentences: readonly string[];
  networks: readonly string[];
  createdAt: number;
  lastUsedAt?: number;
  expiresAt?: number;
  /** It is over, and why. */
  ended?: { at: number; why: 'ended' | 'expired' | 'leaked' };
  /** The last 30 days, today last. Of one that is over: none. */
  days: readonly UsesOfDay[];
  /** Only where people may make keys for this API. */
  renewUrl?: string;
  stopUrl?: string;
};

export type Data = {
  /** Newest first; those that are over last. */
  keys: readonly Row[];
  /** Absent: no API here lets this person make keys. */
  addUrl?: string;
  signOutAction: string;
  notice?: Sentence;
};

export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'applications',
    title: page.t('api_keys.title'),
    signOutAction: data.signOutAction,
    main: [
      data.notice && notice(page.say(data.notice)),
      html`<p class="route">${page.t('api_keys.text')}</p>`,
      data.keys.length === 0
        ? html`<p>${page.t(data.addUrl === undefined ? 'api_keys.not_offered' : 'api_keys.none')}</p>`
        : html`<ul class="rec">${data.keys.map((key) => row(key, page))}</ul>`,
      data.addUrl !== undefined &&
        html`<p><a class="btn fit go" href="${data.addUrl}">${page.t('api_keys.add')}</a></p>`,
      html`<p><a class="link" href="${page.base}/account/applications">${page.t('applications.title')}</a></p>`,
    ],
  });

function row(key: Row, page: PageContext): Html {
  const { name, api, sentences, networks, days, renewUrl, stopUrl } = key;
  return html`<li><b><bdi>${name}</bdi></b><small><bdi>${api}</bdi> · ${state(key, page)}${sentences.map((sentence) => html`<br>${sentence}`)}${
    networks.length > 0 &&
    html`<br>${page.rich('api_keys.only_from', { networks: html`<bdi class="mono">${networks.join(', ')}</bdi>` })}`
  }${days.length > 0 && uses(key, page)}</small>${
    (renewUrl ?? stopUrl) !== undefined &&
    html`<div class="acts">${
      renewUrl !== undefined &&
      html`<a class="btn alt" href="${renewUrl}">${page.t('api_keys.renew')}<span class="unseen"> ${name}</span></a>`
    }${stopUrl !== undefined && html`<a class="btn bad" href="${stopUrl}">${page.t('api_keys.end')}<span class="unseen"> ${name}</span></a>`}</div>`
  }</li>`;
}

const OVER = {
  ended: 'api_keys.state_ended',
  expired: 'api_keys.state_expired',
  leaked: 'api_keys.state_leaked',
} as const;

function state({ createdAt, lastUsedAt, expiresAt, ended }: Row, page: PageContext): Html {
  if (ended) return page.rich(OVER[ended.why], { at: page.time(ended.at) });
  return html`${page.rich('applications.since', { since: page.time(createdAt) })}${
    lastUsedAt !== undefined && [' · ', page.rich('applications.used', { used: page.time(lastUsedAt) })]
  }${expiresAt !== undefined && [' · ', page.rich('api_keys.until', { until: page.time(expiresAt) })]}`;
}

function uses({ days, lastUsedAt }: Row, page: PageContext): Html {
  const sum = (of: (day: UsesOfDay) => number) => days.reduce((total, day) => total + of(day), 0);
  const used = sum((day) => day.used);
  const refused = sum((day) => day.refused);
  const unused = lastUsedAt === undefined ? 'api_keys.unused' : 'api_keys.unused_lately';
  const words = used === 0 ? page.t(unused) : page.t('api_keys.uses', { count: used });
  return html`<br>${used + refused > 0 && usesPicture(days)}<span>${words}${
    refused > 0 && html` · ${page.t('api_keys.uses_refused', { count: refused })}`
  }</span>`;
}

export function samples(): Samples<Data> {
  const day = 86_400_000;
  const days = Array.from({ length: 30 }, (_, at) => ({
    used: at < 4 ? 0 : (at * 37) % 61,
    refused: at % 11 === 6 ? 14 : 0,
  }));
  const urls = { renewUrl: '/account/api-keys/renew?key=apk_1', stopUrl: '/account/api-keys/end?key=apk_1' };
  const plain: Data = {
    keys: [
      {
        name: 'Backup script',
        api: 'Orders',
        sentences: ['See your orders', 'Change your orders'],
        networks: ['203.0.113.0/24', '2001:db8::/32'],
        createdAt: noon() - 40 * day,
        lastUsedAt: noon(),
        expiresAt: noon() + 50 * day,
        days,
        ...urls,
      },
      {
        name: 'The very long named program of the reading room of Ödinghausen and surroundings',
        api: 'https://catalogue.library.oedinghausen-and-surroundings.example/api/v2',
        sentences: ['See your orders'],
        networks: [],
        createdAt: noon() - day,
        days: days.map(() => ({ used: 0, refused: 0 })),
        stopUrl: urls.stopUrl,
      },
      {
        name: 'Old laptop',
        api: 'Orders',
        sentences: ['See your orders'],
        networks: [],
        createdAt: noon() - 300 * day,
        ended: { at: noon() - 2 * day, why: 'leaked' },
        days: [],
      },
    ],
    addUrl: '/account/api-keys/add',
    signOutAction: '/account/sign-out',
  };
  return {
    several: plain,
    none: { ...plain, keys: [], notice: { key: 'api_keys.has_ended' } },
    'not offered': { keys: [], signOutAction: '/account/sign-out' },
  };
}
