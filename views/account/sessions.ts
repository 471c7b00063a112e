import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { csrfField, notice } from '../layout/form.ts';
import { networkName } from '../layout/network.ts';

export type Data = {
  sessions: readonly {
    id: string;
    /** "Firefox on Linux", from the user agent. */
    browser: string;
    network: string;
    startedAt: number;
    lastSeenAt: number;
    isCurrent: boolean;
    apps: readonly string[];
  }[];
  endAction: string;
  endOthersAction: string;
  signOutAction: string;
  notice?: Sentence;
};

/** "End this one" posts `session`, the id of the row. */
export default (data: Data, page: PageContext): Html => {
  const hasOthers = data.sessions.some(({ isCurrent }) => !isCurrent);
  return account(page, {
    section: 'sessions',
    title: page.t('sessions.title'),
    signOutAction: data.signOutAction,
    main: [
      data.notice ? notice(page.say(data.notice)) : false,
      html`<p class="route">${page.t('sessions.text')}</p>`,
      html`<ul class="rec">${data.sessions.map((session) => row(session, data.endAction, page))}</ul>`,
      hasOthers
        ? html`<form method="post" action="${data.endOthersAction}">${csrfField(page)}<button class="bad">${page.t('sessions.end_others')}</button></form>`
        : html`<p class="hint">${page.t('sessions.none')}</p>`,
    ],
  });
};

function row(session: Data['sessions'][number], endAction: string, page: PageContext): Html {
  const { id, browser, network, startedAt, lastSeenAt, isCurrent, apps } = session;
  const names = apps.map((name, index) => [index > 0 && ', ', html`<bdi>${name}</bdi>`]);
  return html`<li><b>${browser}${isCurrent && html` <span class="tag">${page.t('sessions.this_device')}</span>`}</b><small>${networkName(page, network)} · ${page.rich('sessions.since', { since: page.time(startedAt) })} · ${page.rich('sessions.seen', { seen: page.time(lastSeenAt) })}${
    apps.length > 0 && [html`<br>`, page.rich('sessions.apps', { apps: html`${names}` })]
  }</small><form method="post" action="${endAction}">${csrfField(page)}<input type="hidden" name="session" value="${id}"><button class="bad">${page.t('sessions.end')}<span class="unseen"> ${browser}</span></button></form></li>`;
}

export function samples(): Samples<Data> {
  const startedAt = noon() - 26 * 3_600_000;
  const plain: Data = {
    sessions: [
      {
        id: 'one',
        browser: 'Firefox · Linux',
        network: '203.0.113.7',
        startedAt,
        lastSeenAt: noon(),
        isCurrent: true,
        apps: ['Books', 'Photos'],
      },
      {
        id: 'two',
        browser: 'Safari · iPhone',
        network: '2001:db8:1:2::/64',
        startedAt: startedAt - 86_400_000,
        lastSeenAt: noon() - 3_600_000,
        isCurrent: false,
        apps: [],
      },
    ],
    endAction: '/account/sessions/end',
    endOthersAction: '/account/sessions/end-others',
    signOutAction: '/account/sign-out',
  };
  return {
    several: plain,
    'only this one': { ...plain, sessions: plain.sessions.slice(0, 1) },
    'one has ended': { ...plain, notice: { key: 'sessions.ended' } },
  };
}
