import type { Context } from 'koa';
import { wasRefused } from './events.ts';

/**
 * Lets go of what an answered request holds. The library gives each context a getter of its own, and V8 makes getters in
 * its old space: what one reaches counts as alive until the next full collection. So each request, with its stream,
 * parameters and tokens, was copied twice and kept for a second, which took a third of the processor time
 * (docs/decisions/speed-requests.md).
 */
export function letGoWhenAnswered(ctx: Context): void {
  const { req, res } = ctx;
  res.once('close', () => {
    // The peer went away while somebody still works on it; or the log has yet to explain a refusal.
    if (!res.writableFinished || wasRefused(req)) return;
    const { oidc } = ctx as { oidc?: object };
    if (oidc) empty(oidc, Reflect.ownKeys(oidc));
    empty(ctx, ['req', 'res', 'request', 'response', 'state']);
  });
}

function empty(holder: object, names: readonly (string | symbol)[]): void {
  for (const name of names) (holder as Record<string | symbol, unknown>)[name] = undefined;
}
