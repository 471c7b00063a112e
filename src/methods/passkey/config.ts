import { z } from 'zod';

const aaguid = z
  .string()
  .regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'must be an AAGUID in lower case, such as ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4',
  );

const origin = z.string().refine(isOrigin, 'must be an origin such as https://example.de, without a path');

/** More labels than these a browser need not look at (WebAuthn L3 §5.11.1). */
const MAXIMUM_LABELS = 5;

/** The section `passkey`. */
export const passkeyConfig = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether people can sign in with passkeys.'),
    rpId: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a host name in lower case')
      .optional()
      .describe(
        'The domain that passkeys belong to: the issuer’s host (default), or a domain above it. If you change it, no saved passkey works any more.',
      ),
    relatedOrigins: z
      .array(origin)
      .default([])
      .refine(
        (origins) => new Set(origins.map(labelOf)).size <= MAXIMUM_LABELS,
        'must name at most 5 different domain labels, as browsers look at no more',
      )
      .describe('Other origins of yours that may use these passkeys, listed at `/.well-known/webauthn`.'),
    challengeTtlSeconds: z
      .int()
      .min(30)
      .max(600)
      .default(300)
      .describe('How long a person can take to answer with a passkey, in seconds.'),
    attestation: z
      .enum(['none', 'direct'])
      .default('none')
      .describe(
        '`direct` asks authenticators to prove what they are; people see a warning in some browsers.',
      ),
    allowedAaguids: z
      .array(aaguid)
      .default([])
      .describe(
        'Only these kinds of authenticators can be saved. Empty: all. Needs `attestation: direct` to be proved.',
      ),
    deniedAaguids: z.array(aaguid).default([]).describe('These kinds of authenticators cannot be saved.'),
    maximumPerPerson: z.int().min(1).max(100).default(20).describe('How many passkeys one person may have.'),
    offer: z
      .boolean()
      .default(true)
      .describe(
        'Whether a passkey is offered, or created without a question, after a sign-in with a password.',
      ),
    offerQuietSeconds: z
      .int()
      .min(0)
      .default(30 * 86_400)
      .describe('How long after "Not now" no passkey is offered, in seconds.'),
  })
  .prefault({});

export type PasskeyConfig = z.output<typeof passkeyConfig>;

/** WebAuthn L3 §5.1.3: a page may use the passkeys of its own host, and of the domains above it. */
export function judgePasskey(
  { rpId }: Pick<PasskeyConfig, 'rpId'>,
  { issuer }: { issuer?: string },
): string[] {
  if (rpId === undefined || issuer === undefined) return [];
  const { hostname } = new URL(issuer);
  if (`.${hostname}`.endsWith(`.${rpId}`)) return [];
  return [`passkey.rpId is ${JSON.stringify(rpId)}; it must be ${hostname}, or a domain above it.`];
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && text.startsWith('https://');
}

/** `example` of `www.example.co.uk`. Without the list of public suffixes, short second levels of countries count as one. */
function labelOf(text: string): string {
  const labels = URL.canParse(text) ? new URL(text).hostname.split('.') : [text];
  const [top = '', second = '', third] = labels.toReversed();
  const isPublicSecond = top.length === 2 && /^(co|com|org|net|gov|ac|or|ne|edu)$/.test(second);
  return (isPublicSecond && third) || second || top;
}
