/** Members of a JWK that hold a private or a secret key (RFC 7518 §6, RFC 9964 §3). */
const PRIVATE_MEMBERS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']);

/** Whether a JWK holds more than a public key. */
export function isPrivateJwk(jwk: object): boolean {
  return Object.keys(jwk).some((member) => PRIVATE_MEMBERS.has(member));
}

/** The public half of a JWK, with all that is said about it. */
export function publicJwk(jwk: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => !PRIVATE_MEMBERS.has(member)));
}
