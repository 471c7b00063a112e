import type { Context } from 'koa';
import type { Clients } from '../clients/clients.ts';
import { hasBody, mediaType, readBody } from '../http/body.ts';
import { CLIENT_ENDPOINTS } from './tidy.ts';

/**
 * Whether ID tokens of the client that asks are signed by an algorithm of which this node has no key: it was made a moment
 * ago, perhaps by another process, and the keys are read once a second. The library would refuse the client whole. Asks
 * for nothing that is not asked for next anyway.
 */
export async function lacksKeyOfClient(
  ctx: Context,
  algs: ReadonlySet<string>,
  { find }: Pick<Clients, 'find'>,
): Promise<boolean> {
  const id = await namedClient(ctx);
  const client = id === undefined || id === '' ? undefined : await find(id);
  return client !== undefined && !algs.has(client.metadata.id_token_signed_response_alg);
}

/** Whom a request says that it comes from: nobody has looked whether that is true. */
async function namedClient(ctx: Context): Promise<string | undefined> {
  if (ctx.path === '/auth') return new URLSearchParams(ctx.querystring).get('client_id') ?? undefined;
  if (ctx.method !== 'POST' || !CLIENT_ENDPOINTS.has(ctx.path)) return undefined;
  const [, encoded] = /^basic (\S+)$/i.exec(ctx.get('authorization')) ?? [];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString().split(':', 1)[0];
  if (mediaType(ctx.req) !== 'application/x-www-form-urlencoded' || !hasBody(ctx.req)) return undefined;
  const form = new URLSearchParams((await readBody(ctx.req)).toString());
  return form.get('client_id') ?? subjectOf(form.get('client_assertion') ?? '');
}

/** RFC 7523 §3: the client. */
function subjectOf(assertion: string): string | undefined {
  try {
    const { sub } = JSON.parse(Buffer.from(assertion.split('.', 2)[1] ?? '', 'base64url').toString());
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
