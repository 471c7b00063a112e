import { isLoopbackHost } from '../../src/lib/loopback.ts';
import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';

/** A network as people read it: its address, or that it is the very machine that the server runs on. */
export function networkName(page: PageContext, network: string): Html {
  const isHere = isLoopbackHost(network) || isLoopbackHost(`[${network}]`);
  return isHere ? html`${page.t('layout.this_machine')}` : html`<bdi class="mono">${network}</bdi>`;
}
