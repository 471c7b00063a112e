import type { IssuerConfig } from './issuer.ts';

/**
 * RFC 6749 §4.1.2.1, §5.2: the page of ours for a class of errors, with the reference id of the request in its query. Every
 * error that goes out to an app names it: under the reference the log says what exactly was wrong.
 */
export function errorUri({ issuer }: Pick<IssuerConfig, 'issuer'>, error: string, reference: string): string {
  return `${issuer}/errors/${CLASS_OF[error] ?? 'request'}?${new URLSearchParams({ reference })}`;
}

/** What errors have in common for who reads of them. The codes themselves are many, and say less. */
export const ERROR_CLASSES = [
  'request',
  'client',
  'access',
  'grant',
  'person',
  'denied',
  'key',
  'too_many',
  'busy',
  'broken',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** By the codes of OAuth and OpenID Connect; any other one is a mistake of the request. */
const CLASS_OF: Readonly<Record<string, ErrorClass>> = {
  invalid_client: 'client',
  unauthorized_client: 'client',
  invalid_scope: 'access',
  invalid_target: 'access',
  insufficient_scope: 'access',
  invalid_grant: 'grant',
  invalid_token: 'grant',
  login_required: 'person',
  consent_required: 'person',
  interaction_required: 'person',
  account_selection_required: 'person',
  unmet_authentication_requirements: 'person',
  access_denied: 'denied',
  invalid_dpop_proof: 'key',
  use_dpop_nonce: 'key',
  slow_down: 'too_many',
  temporarily_unavailable: 'busy',
  server_error: 'broken',
};
