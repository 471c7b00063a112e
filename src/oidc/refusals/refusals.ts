import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Wrong } from '../../views/views.ts';
import { authorizationRows } from './authorization.ts';
import { clientRows } from './client.ts';
import { codeRows } from './code.ts';
import { dpopRows } from './dpop.ts';
import { refreshRows } from './refresh.ts';
import { requestRows } from './request.ts';
import { resourceRows } from './resource.ts';
import type { Client, ProtocolError, RefusalsDeps, Row } from './row.ts';
import { tokenExchangeRows } from './token-exchange.ts';
import { tokenUseRows } from './token-use.ts';

export type { ProtocolError, RefusalsDeps } from './row.ts';

/**
 * What exactly was wrong with a protocol request: for the log, under the reference id that the client and the person
 * saw; of it they are told `toldOf` alone. No secret, no token, nothing personal is repeated.
 */
export type Refusal = {
  /** One of the codes below; docs/troubleshooting.md lists them. */
  reason: string;
  /** One sentence for an operator. It may have to look something up. */
  explain(): Promise<string>;
};

/** Finds the reason at once; the sentence comes when it is asked for. */
export function judgeRefusal(ctx: KoaContextWithOIDC, error: ProtocolError, deps: RefusalsDeps): Refusal {
  const text = detailOf(error);
  const found = findRow(ctx, text);
  if (found) {
    const { row, match } = found;
    const client = ctx.oidc?.client as unknown as Client | undefined;
    const facts = { ctx, error, params: paramsOf(ctx), client, deps, match };
    return { reason: row.reason, explain: async () => (await row.explain(facts)) ?? text };
  }
  const [reason, sentence] = BY_ERROR[error.message] ?? ['other'];
  return { reason, explain: async () => sentence ?? text };
}

/** What a page may say of it, to whoever reads that: only what is wrong with the request itself. */
export function toldOf(ctx: KoaContextWithOIDC, error: ProtocolError): Wrong | undefined {
  const { row, match } = findRow(ctx, detailOf(error)) ?? {};
  if (row?.told === undefined) return undefined;
  if (row.told !== 'missing' && row.told !== 'twice') return { about: row.told };
  // The library quotes the names of parameters that it knows.
  const names = [...(match?.[1] ?? '').matchAll(/'([a-z_]{1,40})'/g)].map(([, name = '']) => name);
  return names.length > 0 ? { about: row.told, names } : undefined;
}

function findRow(ctx: KoaContextWithOIDC, text: string): { row: Row; match: RegExpMatchArray } | undefined {
  const { grant_type: grantType } = paramsOf(ctx);
  for (const row of ROWS) {
    const match = row.on === undefined || row.on === grantType ? text.match(row.says) : null;
    if (match) return { row, match };
  }
  return undefined;
}

const detailOf = (error: ProtocolError): string =>
  (error.error_detail ?? error.error_description ?? error.message).slice(0, MOST_OF_A_DETAIL);

const paramsOf = (ctx: KoaContextWithOIDC) => (ctx.oidc?.params ?? {}) as Record<string, unknown>;

/** The library's details are sentences; some repeat what was sent. */
const MOST_OF_A_DETAIL = 500;

/** What the library's words say too little about, by its error code. */
const BY_ERROR: Readonly<Record<string, readonly [reason: string, sentence?: string]>> = {
  login_required: [
    'prompt_none_without_session',
    'The app asked with prompt=none, and nobody is signed in in this browser as strongly as it takes; or the browser kept the session cookie back, as it does in the iframe of another site.',
  ],
  consent_required: [
    'prompt_none_without_consent',
    'The app asked with prompt=none for something that the person has not allowed it yet.',
  ],
  account_selection_required: [
    'prompt_none_other_account',
    'The app asked with prompt=none, and its login_hint is not the e-mail address of who is signed in; an app that the person has allowed nothing is told so for each e-mail address.',
  ],
  interaction_required: [
    'prompt_none_needs_person',
    'The app asked with prompt=none, and the person has to do something first; a native app never goes through silently (RFC 8252 §8.6).',
  ],
  slow_down: [
    'too_many_unused',
    'The network has begun more sign-ins, or pushed more requests of public clients, within a minute than oidc.unused.perMinute allows.',
  ],
  access_denied: ['denied', 'The person said no, or nothing was left that could be granted.'],
  unmet_authentication_requirements: ['level_not_reached'],
  invalid_request_object: ['request_object_invalid'],
  invalid_dpop_proof: ['dpop_proof_invalid'],
  use_dpop_nonce: ['dpop_nonce_needed'],
  invalid_token: ['access_token_invalid'],
};

/** Every row once, for the documentation and its test. */
export const listReasons = (): string[] => [
  ...new Set([
    ...ROWS.map(({ reason }) => reason),
    ...Object.values(BY_ERROR).map(([reason]) => reason),
    'other',
  ]),
];

/** The first row that fits speaks. What an endpoint or a grant type of its own refuses brings its rows here. */
const ROWS: readonly Row[] = [
  ...requestRows,
  ...clientRows,
  ...authorizationRows,
  ...resourceRows,
  ...codeRows,
  ...refreshRows,
  ...dpopRows,
  ...tokenExchangeRows,
  ...tokenUseRows,
];
