import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import type { Screens } from '../../../src/views/screens.ts';
import { codeField } from '../../layout/code-field.ts';
import { flow } from '../../layout/flow.ts';
import { alert, csrfField } from '../../layout/form.ts';
import {
  methodFields,
  otherWays,
  refusalAlert,
  rememberBox,
  switchButton,
  switchForm,
  wayBack,
} from '../../layout/ways.ts';

type Screen = Screens['methods/email/login'];
type Sent = NonNullable<Screen['show']>;

/** First where the mail shall go; once it is on its way, the code from it. The answer is the same for every address. */
export default (data: Screen, page: PageContext): Html =>
  data.show && data.handle !== undefined ? sent(data, data.show, page) : ask(data, page);

function ask(data: Screen, page: PageContext): Html {
  const app = html`<b dir="auto">${data.app.name}</b>`;
  const host = html`<bdi class="mono">${data.app.host}</bdi>`;
  const address = data.person?.email ?? data.identifier ?? '';
  const isLocked = data.person !== undefined || data.isIdentifierLocked === true;
  return flow(page, {
    title: page.t('email.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, data.refused, { wrong: page.t('email.wrong'), field: 'identifier' }),
      html`<h1>${page.t('email.title')}</h1><p class="route">${page.rich('login.route', { app, host })}</p><p>${page.t('email.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="field"><div class="row"><label for="identifier">${page.t('login.identifier')}</label>${
        isLocked && data.switchAction !== undefined && switchButton(page)
      }</div><input id="identifier" name="identifier" type="text" value="${address}" autocomplete="username" inputmode="email" dir="ltr" autocapitalize="none" spellcheck="false" required${
        isLocked && html` readonly`
      }></div><button class="go">${page.t('email.submit')}</button></form>`,
      otherWays(page, data.others),
      wayBack(page, data),
      isLocked && switchForm(page, data),
    ],
  });
}

function sent(data: Screen, show: Sent, page: PageContext): Html {
  const isWrong = data.refused?.why === 'wrong';
  const address = html`<b><bdi>${show.address}</bdi></b>`;
  const valid = page.duration(show.validSeconds);
  return flow(page, {
    title: page.t('email.sent.title'),
    isError: data.refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, data.refused, { wrong: page.t('email.wrong'), field: 'code' }),
      show.isMailAway &&
        alert(page.t('email.away.title'), html`<p>${page.t('email.away.text', { valid })}</p>`),
      html`<h1>${page.t('email.sent.title')}</h1><p>${page.rich('email.sent.text', { address, valid })}</p>`,
      html`<form method="post" action="${data.action}">${methodFields(page, data)}${codeField(page, {
        label: page.t('email.sent.code'),
        hint: page.t('email.sent.hint'),
        isAutomatic: true,
        errors: isWrong ? [{ field: 'code', sentence: { key: 'email.check_code' } }] : [],
      })}${rememberBox(page, data)}<button class="go">${page.t('login.submit')}</button></form>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="again" value="yes"><input type="hidden" name="identifier" value="${show.address}"><p class="hint">${page.t('email.sent.nothing')}</p><button class="alt">${page.t('email.sent.again')}</button></form>`,
      otherWays(page, data.others),
      wayBack(page, data),
    ],
  });
}
