import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Clock, steadyClock } from '../lib/clock.ts';
import { hasBody } from './body.ts';
import type { IssuerConfig } from './issuer.ts';
import type { RequestMeter } from './measure.ts';
import { strictTransport, type TransportConfig } from './security-headers.ts';

export type Documents = ReturnType<typeof createDocuments>;

/** Without the issuer's path. */
const DOCUMENT_PATHS = [
  '/jwks',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;
export type DocumentPath = (typeof DOCUMENT_PATHS)[number];

export const isDocumentPath = (path: string): path is DocumentPath =>
  (DOCUMENT_PATHS as readonly string[]).includes(path);

/**
 * Public documents that are the same for everybody (discovery, keys), written once and answered before the rest of the
 * stack: relying parties of a whole company fetch them all day. Who keeps them says by `If-None-Match` which one it
 * has (RFC 9110 §13.1.2). They are in no log; the metrics count them.
 */
export function createDocuments(
  config: TransportConfig & Pick<IssuerConfig, 'base'>,
  clock: Clock = steadyClock,
) {
  const hsts = strictTransport(config);
  // What strangers ask for is looked for among addresses that are known beforehand, and never becomes a key.
  const pathOf = new Map(addressesOf(config.base)); // at most 5
  const byPath = new Map<DocumentPath, Document>(); // at most 3

  return {
    /** From now on the addresses of `path`, without a query, answer this. Answers its entity tag. */
    remember(path: DocumentPath, { type, body, maxAgeSeconds }: NewDocument): string {
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      const common = [
        'ETag',
        etag,
        'Cache-Control',
        `public, max-age=${maxAgeSeconds}`,
        'Access-Control-Allow-Origin',
        '*',
        'Content-Security-Policy',
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        'X-Content-Type-Options',
        'nosniff',
        'Referrer-Policy',
        'same-origin',
        ...(hsts === undefined ? [] : ['Strict-Transport-Security', hsts]),
      ];
      const length = String(Buffer.byteLength(body));
      byPath.set(path, {
        etag,
        body: Buffer.from(body).toString('latin1'),
        headers: ['Content-Type', type, 'Content-Length', length, ...common],
        headersUnchanged: common,
      });
      return etag;
    },

    /** After a change of what they are made of. */
    forget(): void {
      byPath.clear();
    },

    /** In front of `callback`, which gets everything that is out of the ordinary. */
    wrap(callback: RequestListener, meter?: RequestMeter): RequestListener {
      return function answerDocument(req, res) {
        const path = req.method === 'GET' || req.method === 'HEAD' ? pathOf.get(req.url ?? '') : undefined;
        const document = path && byPath.get(path);
        if (!document || !isPlain(req)) return callback(req, res);
        const startedAt = clock.now();
        meter?.begin();
        const status = answer(document, req, res);
        meter?.end(req.method ?? '', req.url ?? '', status, (clock.now() - startedAt) / 1000);
      };
    },
  };
}

/** Metadata is also where RFC 8414 §3.1 looks for it: with the issuer's path behind its name. */
function addressesOf(base: string): [address: string, path: DocumentPath][] {
  return DOCUMENT_PATHS.flatMap((path) => {
    const below: [string, DocumentPath] = [base + path, path];
    return path === '/jwks' || base === '' ? [below] : [below, [path + base, path]];
  });
}

type NewDocument = { type: string; body: string; maxAgeSeconds: number };
/** `body`: its bytes, one as each character. */
type Document = {
  etag: string;
  body: string;
  headers: string[];
  headersUnchanged: string[];
};

function answer(document: Document, req: IncomingMessage, res: ServerResponse): number {
  const known = req.headers['if-none-match'];
  if (known !== undefined && isAmong(document.etag, known)) {
    res.writeHead(304, document.headersUnchanged);
    res.end();
    return 304;
  }
  res.writeHead(200, document.headers);
  if (req.method === 'HEAD') res.end();
  else res.end(document.body, 'latin1');
  return 200;
}

/** RFC 9110 §13.1.2: compared weakly, as a proxy that compresses makes weak tags of ours. */
function isAmong(etag: string, list: string): boolean {
  return (
    list === etag || list === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
  );
}

/** What the guards have nothing to look at in: no body, no credentials, one `Host`, few headers. */
function isPlain(req: IncomingMessage): boolean {
  const { rawHeaders, headers } = req;
  if (rawHeaders.length > 60 || headers.authorization !== undefined || hasBody(req)) return false;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts <= 1;
}
