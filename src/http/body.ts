import { isAscii } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { createRequestSlot } from '../lib/request-slot.ts';
import {
  bodyCutShort,
  bodyTooLarge,
  mediaUnsupported,
  overloaded,
  parametersMalformed,
  parametersTooMany,
  parameterTwice,
} from './errors.ts';
import type { Form } from './routes.ts';

/** No form, token request or API call of ours comes near it. */
const BODY_LIMIT_BYTES = 64 * 1024;
const PARAMETER_LIMIT = 200;

/** Of all bodies that are not whole yet, together; above it only small ones are waited for. */
const UNFINISHED_LIMIT_BYTES = 64 * 1024 * 1024;
/** What an honest token request, and every form of ours, stays below. */
const SMALL_BYTES = 8 * 1024;
let unfinishedBytes = 0;

/**
 * All of a request's body. Throws `http.body_too_large`, `http.body_cut_short` or `http.media_unsupported`, and
 * `http.overloaded` when thousands send large ones and never end them.
 */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw mediaUnsupported({ encoding });
  const length = Number(req.headers['content-length'] ?? 0);
  if (length > BODY_LIMIT_BYTES) throw bodyTooLarge({ limit: BODY_LIMIT_BYTES });
  // A body that was read before was laid back by `replayBody`, and is taken from there.
  const replayed = replays.get(req);
  return replayed ?? (await receive(req));
}

function receive(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let held = 0;
    const letGo = () => {
      unfinishedBytes -= held;
      held = 0;
    };
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      chunks.push(chunk);
      held += chunk.length;
      unfinishedBytes += chunk.length;
      const isTooLarge = received > BODY_LIMIT_BYTES;
      if (!isTooLarge && (received <= SMALL_BYTES || unfinishedBytes <= UNFINISHED_LIMIT_BYTES)) return;
      // The rest is read and thrown away until `requestTimeout`: a peer that still writes would not see our answer.
      chunks.length = 0;
      letGo();
      req.off('data', onData).resume();
      reject(isTooLarge ? bodyTooLarge({ limit: BODY_LIMIT_BYTES }) : overloaded({ retryAfterSeconds: 5 }));
    };
    let isWhole = false;
    const onEnd = () => {
      isWhole = true;
      letGo();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, received));
    };
    const onCut = (cause?: unknown) => {
      letGo();
      if (!isWhole) reject(bodyCutShort({}, cause));
    };
    if (req.readableEnded) return resolve(Buffer.alloc(0));
    if (req.destroyed) return onCut(req.errored);
    req.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}

const replays = createRequestSlot<Buffer>('replayed body');

/**
 * Lets whoever reads the request next (oidc-provider) read the body that was read and judged already. The stream has
 * ended by then, so its two doors are replaced on this one object.
 */
export function replayBody(req: IncomingMessage, body: Buffer): void {
  const chunks = () => (body.length > 0 ? [body] : []);
  replays.set(req, body);
  req.headers['content-length'] = String(body.length);
  Object.defineProperty(req, 'readable', { value: true, configurable: true });
  Object.assign(req, { iterator: chunks, [Symbol.asyncIterator]: () => chunks().values() });
}

/** Whether a request announces a body (RFC 9112 §6.3). */
export function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

/** The media type without its parameters, in lower case; '' when there is none. */
export function mediaType(req: IncomingMessage): string {
  return (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Throws `http.media_unsupported` unless the body is of this type, in UTF-8. */
export function requireMedia(req: IncomingMessage, expected: string): void {
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(req.headers['content-type'] ?? '')?.[1];
  if (mediaType(req) !== expected) throw mediaUnsupported({ expected });
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw mediaUnsupported({ expected, charset });
}

/** Pairs of an `application/x-www-form-urlencoded` text, strictly: what is not UTF-8, holds a NUL or is too many throws. */
export function parsePairs(text: string): [name: string, value: string][] {
  const parts = text.split('&').filter((part) => part !== '');
  if (parts.length > PARAMETER_LIMIT) throw parametersTooMany({ limit: PARAMETER_LIMIT });
  return parts.map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
  });
}

/** Throws what `parsePairs` would throw, for half of the work. */
export function judgePairs(text: string): void {
  let parts = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) parts += 1;
  // Empty parts are none, so those who have so many are counted well.
  if (parts > PARAMETER_LIMIT) parsePairs(text);
  else decode(text);
}

/**
 * A form or query as a map without a prototype. A name that occurs twice throws (RFC 6749 §3.1, and for our own forms),
 * unless it is one of `repeats`: then the last one is there.
 */
export function parseForm(text: string, repeats: readonly string[] = []): Form {
  const form: Record<string, string> = Object.create(null);
  for (const [name, value] of parsePairs(text)) {
    if (name in form && !repeats.includes(name)) throw parameterTwice();
    form[name] = value;
  }
  return Object.freeze(form);
}

/** A JSON body. `__proto__` as a name and NUL in a text throw, as does what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (name, value) => {
      if (name === '__proto__' || hasNul(name) || hasNul(value)) throw parametersMalformed();
      return value;
    });
  } catch (cause) {
    throw parametersMalformed({}, cause);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as text. Throws when it is not UTF-8. */
export function decodeText(body: Buffer): string {
  if (isAscii(body)) return body.toString('latin1');
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw parametersMalformed({}, cause);
  }
}

function decode(text: string): string {
  if (!/[%+\0]/.test(text)) return text;
  let value: string;
  try {
    value = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw parametersMalformed({}, cause);
  }
  if (hasNul(value)) throw parametersMalformed();
  return value;
}

function hasNul(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0');
}
