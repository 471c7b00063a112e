/** The address of an app's "Sign in" button. Nobody redeems the code. `more`: parameters that are other or additional ones. */
export function authorizationUrl(
  issuer: string,
  clientId: string,
  redirectUri: string,
  more: Record<string, string> = {},
): string {
  return `${issuer}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state: 'kept',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...more,
  })}`;
}
