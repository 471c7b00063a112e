import { errors } from 'oidc-provider';

/**
 * What of the parameter `claims` we act on, judged before anybody is asked (OpenID Connect Core §5.5.1). A demand that
 * cannot be read is refused: passed over, it would be a sign-in for another person, or a weaker one, than the app wants.
 * Throws `invalid_request`.
 */
export function assertClaims(claims: { id_token?: unknown }): void {
  const asked = claims.id_token;
  if (!isRecord(asked)) return;
  assertSubject(asked.sub);
  assertLevel(asked.acr);
}

/** A `sub` with a value is the one person whom the app takes (§5.5.1, §3.1.2.2). */
function assertSubject(sub: unknown): void {
  const claim = asClaim('sub', sub);
  if (claim && 'value' in claim && !isName(claim.value)) {
    throw malformed('sub.value should be a subject identifier');
  }
}

/** §5.5.1.1: an essential `acr` is a demand. What is only wished for may be passed over. */
function assertLevel(acr: unknown): void {
  const claim = asClaim('acr', acr);
  if (!claim) return;
  const { essential, value, values } = claim;
  if (essential !== undefined && typeof essential !== 'boolean') {
    throw malformed('acr.essential should be true or false');
  }
  if (essential !== true) return;
  if ('value' in claim && !isName(value)) throw malformed('acr.value should be a string');
  if (!('values' in claim)) return;
  if (!Array.isArray(values) || values.length === 0 || !values.every(isName)) {
    throw malformed('acr.values should be an array of strings');
  }
  if ('value' in claim && !values.some((one) => one === value))
    throw malformed('acr.value should be one of acr.values');
}

/** `null` asks for the claim in the default manner. */
function asClaim(name: string, claim: unknown): Record<string, unknown> | undefined {
  if (claim === undefined || claim === null) return undefined;
  if (!isRecord(claim)) throw malformed(`${name} should be null or an object`);
  return claim;
}

function malformed(what: string) {
  return new errors.InvalidRequest(`claims.id_token.${what}`);
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
