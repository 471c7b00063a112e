import type { IncomingMessage } from 'node:http';
import type { RequestInfo } from '../lib/request-info.ts';
import { createRequestSlot } from '../lib/request-slot.ts';

export type { RequestInfo };

const infos = createRequestSlot<RequestInfo>('request info');

export function setRequestInfo(req: IncomingMessage, info: RequestInfo): void {
  infos.set(req, info);
}

/** The facts of a request; also inside oidc-provider, whose context is another one over the same `req`. */
export function requestInfo(ctx: { req: IncomingMessage }): RequestInfo {
  const info = infos.get(ctx.req);
  if (!info) throw new Error('a request without http/request-id.ts');
  return info;
}
