// The sign-in page of a library: a greeting of its own, the house rules beside the form, and nothing lost. The name of
// this file is the name of the page: it stands in for views/interaction/login.ts.
import type { ViewOverride } from '../../../src/views/override.ts';

// `import type` is gone when Node reads this file, so the path above matters to your editor only. What the page needs
// while it runs comes as the third parameter.

// Our sentences come in twelve languages; yours, in those you write.
const words = {
  en: {
    greeting: 'Welcome to the reading room',
    hours: 'The building is open from 8 to 22; this page, always.',
  },
  de: {
    greeting: 'Willkommen im Lesesaal',
    hours: 'Das Haus ist von 8 bis 22 Uhr offen, diese Seite immer.',
  },
};

export default ((data, page, { html, layout }) => {
  const { app, refused } = data;
  const lang = page.locale === 'de' ? 'de' : 'en';
  const { greeting, hours } = words[lang];
  return layout.flow(page, {
    title: greeting,
    // "Error: …" in the title of the window, so that a screen reader begins with it.
    isError: refused !== undefined,
    step: data.step,
    // The script of passkeys, since our password form offers them.
    script: page.assets.passkeyScript,
    // Beside our style sheet. A style attribute would be blocked.
    css: html`.hours{border-inline-start:4px solid var(--brand);padding-inline-start:1rem}`,
    main: [
      // Every value is escaped; what is already html goes in as it is. `page.t` looks our own sentences up.
      layout.refusalAlert(page, refused, { wrong: page.t('login.refused.wrong'), field: 'password' }),
      html`<h1 lang="${lang}" dir="ltr">${greeting}</h1>`,
      html`<p class="route">${page.rich('login.route', { app: html`<b dir="auto">${app.name}</b>`, host: html`<bdi class="mono">${app.host}</bdi>` })}</p>`,
      html`<p class="hours" lang="${lang}" dir="ltr">${hours}</p>`,
      // A form with all that ours has: identifier, password, "keep me signed in", and the CSRF field.
      data.hasPassword !== false && layout.passwordForm(data, page),
      // 'login' is the id of that form: a passkey, or a mail, is asked for by a button of it.
      layout.otherMethods(page, data.others, undefined, data.hasPassword === false ? undefined : 'login'),
      data.registrationUrl !== undefined &&
        html`<p><a class="link" href="${data.registrationUrl}">${page.t('login.register')}</a></p>`,
      // Back to the app, and "Not you?": forms, because they change the sign-in.
      layout.wayBack(page, data),
      layout.switchForm(page, data),
    ],
  });
}) satisfies ViewOverride<'interaction/login'>;
