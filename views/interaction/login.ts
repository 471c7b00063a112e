import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { alert } from '../layout/form.ts';
import { methodIcon } from '../layout/icons.ts';
import { passwordForm } from '../methods/password/login.ts';

type Login = Screens['interaction/login'];

export default (data: Login, page: PageContext): Html => {
  const app = html`<b dir="auto">${data.app.name}</b>`;
  const host = html`<bdi class="mono">${data.app.host}</bdi>`;
  return flow(page, {
    title: page.t('login.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      data.refused && refusal(data, page),
      html`<h1>${page.t('login.title')}</h1><p class="route">${page.rich('login.route', { app, host })}</p>`,
      passwordForm(data, page),
      data.others.length > 0 && otherWays(data, page),
      html`<p><a class="link" href="${data.cancelUrl}">${page.rich('login.cancel', { app: html`<bdi>${data.app.name}</bdi>` })}</a></p>`,
    ],
  });
};

/** One text for a wrong password, an unknown and a disabled person. */
function refusal({ refused, others }: Login, page: PageContext): Html {
  const hasOthers = others.length > 0;
  const title = page.t('login.refused.title');
  if (refused?.why === 'slow_down') {
    const wait = page.duration(refused.retryAfterSeconds);
    const key = hasOthers ? 'login.refused.slow_down_or_other' : 'login.refused.slow_down';
    return alert(title, html`<p>${page.t(key, { wait })}</p>`);
  }
  if (refused?.why === 'busy') return alert(title, html`<p>${page.t('login.refused.busy')}</p>`);
  const next = page.t(hasOthers ? 'login.refused.check_or_other' : 'login.refused.check');
  return alert(title, html`<p><a href="#password">${page.t('login.refused.wrong')}</a> ${next}</p>`);
}

/** Ledger rows, strongest way first. */
function otherWays({ others }: Login, page: PageContext): Html {
  const rows = others.map(({ method, href, isLastUsed }) => {
    const key = `method.${method}.name`;
    return html`<li><a href="${href}">${methodIcon(method)}${page.has(key) ? page.t(key) : method}${
      isLastUsed && html`<span class="last">${page.t('login.last_used')}</span>`
    }</a></li>`;
  });
  return html`<section><h2 class="hint">${page.t('login.others')}</h2><ul class="ways">${rows}</ul></section>`;
}
