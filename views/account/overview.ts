import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana, sampleRemoval } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { type WaitingRemoval, waitingRemoval } from '../layout/lost-device.ts';

export type Data = {
  person: { name: string; email: string; emailVerified: boolean; isAdmin: boolean };
  /** A request to remove what was lost. */
  waiting?: WaitingRemoval;
  sessionCount: number;
  applicationCount: number;
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string;
  /** Where the address is confirmed. Absent: the operator or a missing mail server keeps it as it is. */
  emailUrl?: string;
  signOutAction: string;
};

export default (data: Data, page: PageContext): Html => {
  const { person, sessionCount, applicationCount } = data;
  const sessions =
    sessionCount === 0
      ? page.t('overview.sessions_none')
      : page.t('overview.sessions', { count: sessionCount });
  const applications =
    applicationCount === 0
      ? page.t('overview.applications_none')
      : page.t('overview.applications', { count: applicationCount });
  return account(page, {
    section: 'overview',
    title: page.t('overview.title'),
    signOutAction: data.signOutAction,
    signals: data.signals,
    main: [
      data.waiting &&
        html`<section class="note"><h2>${page.t('lost.waiting_title')}</h2>${waitingRemoval(page, data.waiting)}</section>`,
      html`<section><h2>${page.t('overview.who')}</h2><dl class="rec"><div><dt>${page.t('overview.name')}</dt><dd dir="auto">${person.name}</dd></div><div><dt>${page.t('overview.email')}</dt><dd><bdi>${person.email}</bdi> ${emailState(data, page)}</dd></div>${
        person.isAdmin &&
        html`<div><dt>${page.t('overview.role')}</dt><dd>${page.t('overview.administrator')}<br><small>${page.t('overview.administrator_hint')} <code class="mono" dir="ltr" translate="no">./gatehouse help</code></small></dd></div>`
      }</dl></section>`,
      html`<section><h2>${page.t('overview.access')}</h2><ul class="rec"><li><b>${page.t('account.sessions')}</b><small>${sessions}</small><a class="btn alt" href="${page.base}/account/sessions">${page.t('overview.see_sessions')}</a></li><li><b>${page.t('account.applications')}</b><small>${applications}</small><a class="btn alt" href="${page.base}/account/applications">${page.t('overview.see_applications')}</a></li></ul></section>`,
    ],
  });
};

/** Whether it is confirmed; if not, a link to where that is done, unless the operator keeps addresses as they are. */
function emailState({ person, emailUrl }: Data, page: PageContext): Html {
  if (person.emailVerified) return html`<span class="tag">${page.t('overview.verified')}</span>`;
  if (emailUrl === undefined) return html`<span class="tag warn">${page.t('overview.unverified')}</span>`;
  return html`<a class="tag warn" href="${emailUrl}">${page.t('overview.unverified')}</a>`;
}

export function samples(): Samples<Data> {
  const plain: Data = {
    person: { ...ana(), emailVerified: false, isAdmin: false },
    sessionCount: 2,
    applicationCount: 1,
    emailUrl: '/account/email',
    signOutAction: '/account/sign-out',
  };
  return {
    administrator: { ...plain, person: { ...ana(), emailVerified: true, isAdmin: true } },
    person: plain,
    'a removal waits': {
      ...plain,
      waiting: { ...sampleRemoval(), cancelAction: '/account/lost-device/keep' },
    },
    'nothing yet': { ...plain, sessionCount: 0, applicationCount: 0 },
    'many and long': {
      ...plain,
      person: {
        name: 'Anastasia-Wilhelmina von und zu Hohenstein-Ödinghausen',
        email: 'anastasia.wilhelmina.von.und.zu.hohenstein@verwaltung.hohenstein-oedinghausen.example',
        emailVerified: false,
        isAdmin: false,
      },
      sessionCount: 1234,
      applicationCount: 27,
    },
  };
}
