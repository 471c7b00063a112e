import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext } from '../../src/views/page.ts';
import { csrfField } from './form.ts';

/** A form that nobody fills in: it goes on by itself, and by its button where no script runs. */
export type GoOnForm = {
  action: string;
  fields: Readonly<Record<string, string>>;
  /** To whom it leads in the end; absent for an app that is gone. */
  app?: App;
  /** The form is for an address of ours. An app's gets what it asked for, and no token of our forms. */
  isOurs?: boolean;
};

export function goOnForm({ action, fields, app, isOurs }: GoOnForm, page: PageContext): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const to = html`<bdi>${app?.name ?? page.brand.name}</bdi>`;
  return html`<form method="post" action="${action}" data-goes-on>${isOurs && csrfField(page)}${inputs}<button class="go"><span>${page.rich('go_on.to', { app: to })}</span></button></form><script>${page.assets.goOnScript}</script>`;
}
