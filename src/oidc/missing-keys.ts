import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
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

type Signed = {
  resourceServer?: { jwt?: { sign?: { alg?: string } } };
  getValueAndPayload(): Promise<object>;
};

/**
 * The same of access tokens for an API: which one it is, is known only when its token is made, and what paid for it may be
 * spent then. So the library that has the key signs it in the place of this one. `newest` reads the keys again.
 */
export function signByNewestKeys(
  provider: Provider,
  { algs, newest }: { algs: ReadonlySet<string>; newest(): Promise<Provider> },
): void {
  for (const model of ['AccessToken', 'ClientCredentials'] as const) {
    const { prototype } = provider[model] as unknown as { prototype: Signed };
    const { getValueAndPayload } = prototype;
    prototype.getValueAndPayload = async function signByNewest(): Promise<object> {
      const alg = this.resourceServer?.jwt?.sign?.alg;
      const other = alg === undefined || algs.has(alg) ? provider : await newest();
      if (other === provider) return getValueAndPayload.call(this);
      return (other[model] as unknown as { prototype: Signed }).prototype.getValueAndPayload.call(this);
    };
  }
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
