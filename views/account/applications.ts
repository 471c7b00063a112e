import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { csrfField, notice } from '../layout/form.ts';

type Applications = Screens['account/applications'];

/** "Disconnect" posts `client`, the id of the row. */
export default (data: Applications, page: PageContext): Html =>
  account(page, {
    section: 'applications',
    title: page.t('applications.title'),
    signOutAction: data.signOutAction,
    main: [
      data.notice ? notice(page.say(data.notice)) : false,
      ...(data.applications.length === 0
        ? [html`<p class="route">${page.t('applications.none')}</p>`]
        : [
            html`<p class="route">${page.t('applications.text')}</p>`,
            html`<ul class="rec">${data.applications.map((application) => row(application, data.withdrawAction, page))}</ul>`,
          ]),
    ],
  });

function row(
  application: Applications['applications'][number],
  withdrawAction: string,
  page: PageContext,
): Html {
  const { clientId, name, host, sentences, since, lastUsedAt } = application;
  return html`<li><b dir="auto">${name}</b><small><bdi class="mono">${host}</bdi> · ${page.rich('applications.since', { since: page.time(since) })}${
    lastUsedAt !== undefined && [' · ', page.rich('applications.used', { used: page.time(lastUsedAt) })]
  }${sentences.map((sentence) => html`<br>${sentence}`)}</small><form method="post" action="${withdrawAction}">${csrfField(page)}<input type="hidden" name="client" value="${clientId}"><button class="bad">${page.t('applications.withdraw')}<span class="unseen"> ${name}</span></button></form></li>`;
}
