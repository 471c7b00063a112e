import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AdapterPayload } from 'oidc-provider';

/**
 * The payload of an interaction or of a pushed request in few bytes: each parameter once, deflated with a dictionary of
 * what they all have in common. Anybody may begin a sign-in, so what one takes is what a flood takes.
 */
export function pack(payload: AdapterPayload): Buffer {
  const deflated = deflateRawSync(JSON.stringify(withoutCopies(payload)), {
    dictionary: DICTIONARY,
    // The window and the memory of the default would take longer to set up than these few bytes to deflate.
    windowBits: WINDOW_BITS,
    memLevel: 6,
  });
  return Buffer.concat([MARK, deflated]);
}

/** Also of what an older release wrote, as JSON. */
export function unpack(packed: Buffer): AdapterPayload {
  if (packed[0] !== MARK[0]) return JSON.parse(packed.toString()) as AdapterPayload;
  const text = inflateRawSync(packed.subarray(1), { dictionary: DICTIONARY, windowBits: WINDOW_BITS });
  return withCopies(JSON.parse(text.toString()) as AdapterPayload);
}

/** No JSON begins with it. Another dictionary takes another mark, and this one is still read. */
const MARK = Buffer.from([1]);
const WINDOW_BITS = 13;

/** What is most frequent stands last, where the distances are short. */
const DICTIONARY = Buffer.from(
  [
    '"claims":"{\\"id_token\\":{\\"acr\\":{\\"essential\\":true,\\"values\\":["resource":"https://api.',
    '"dpop_jkt":"","ui_locales":"en de fr","acr_values":"2","max_age":"login_hint":"id_token_hint":"eyJ',
    '"level_missing","second_factor_missing","login_prompt","max_age","op_scopes_missing","op_claims_missing"',
    '"name":"consent","missingOIDCScope":["missingOIDCClaims":["missingResourceScopes":{"https://',
    '"lastSubmission":{"proved":{"uid":"","userId":"usr_","steps":[{"method":"password","amr":["pwd"],"kind":"knowledge","at":17',
    '"isStepUp":false,"remember":false,"rememberDevice":false},"begun":{"purpose":"sign-in","handle":"',
    '"session":{"accountId":"usr_","uid":"","acr":"1","amr":["pwd"]},"trusted":[],"grantId":"","parJti":"',
    '"response_mode":"query","prompt":"login","nonce":"',
    '{"iat":179,"exp":179,"kind":"Interaction","prompt":{"name":"login","reasons":["no_session"],"details":{}},',
    '"params":{"client_id":"cli_","code_challenge":"","code_challenge_method":"S256","nonce":"","redirect_uri":"https://',
    '.example.com/auth/callback","response_type":"code","scope":"openid profile email offline_access","state":"","cid":"',
  ].join(''),
);

/** What the library writes into the details of its prompt as it came in the parameters. */
const COPIED = ['max_age', 'login_hint', 'id_token_hint'] as const;

type Packed = AdapterPayload & { copied?: string[] };

function withoutCopies(payload: AdapterPayload): Packed {
  const { prompt, params } = payload;
  if (!prompt?.details || !params) return payload;
  const copied = COPIED.filter(
    (name) => prompt.details[name] !== undefined && prompt.details[name] === params[name],
  );
  if (copied.length === 0) return payload;
  const details = { ...prompt.details };
  for (const name of copied) delete details[name];
  return { ...payload, prompt: { ...prompt, details }, copied };
}

function withCopies({ copied = [], ...payload }: Packed): AdapterPayload {
  for (const name of copied) {
    if (payload.prompt) payload.prompt.details[name] = payload.params?.[name];
  }
  return payload;
}
