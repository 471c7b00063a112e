import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { alert } from '../layout/form.ts';
import { otherWays, switchForm, wayBack } from '../layout/ways.ts';
import { PASSWORD_FORM, passwordForm } from '../methods/password/login.ts';

type Login = Screens['interaction/login'];

export default (data: Login, page: PageContext): Html => {
  const app = html`<b dir="auto">${data.app.name}</b>`;
  const host = html`<bdi class="mono">${data.app.host}</bdi>`;
  const hasPassword = data.hasPassword !== false;
  const hasPasskey = hasPassword && data.others.some(({ method }) => method === 'passkey');
  return flow(page, {
    title: page.t('login.title'),
    isError: data.refused !== undefined,
    step: data.step,
    script: hasPasskey ? page.assets.passkeyScript : undefined,
    main: [
      data.refused && refusal(data, page),
      html`<h1>${page.t('login.title')}</h1><p class="route">${page.rich('login.route', { app, host })}</p>`,
      hasPassword && passwordForm(data, page),
      otherWays(page, data.others, undefined, hasPassword ? PASSWORD_FORM : undefined),
      data.registrationUrl !== undefined &&
        html`<p><a class="link" href="${data.registrationUrl}">${page.t('login.register')}</a></p>`,
      wayBack(page, data),
      switchForm(page, data),
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
