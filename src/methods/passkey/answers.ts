import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

/** base64url of at most a few kilobytes: what `toJSON()` of a credential writes. */
const bytes = z.string().regex(/^[\w-]{1,12000}$/);
const id = z.string().regex(/^[\w-]{1,1400}$/);

const assertion = z.object({
  id,
  rawId: id,
  type: z.literal('public-key'),
  /** Nobody signs it: a hint of the browser about where the passkey is. */
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional().catch(undefined),
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullish(),
  }),
});

const attestation = z.object({
  id,
  rawId: id,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional().catch(undefined),
  /** WebAuthn L3 §10.1.3: whether it is discoverable, where the browser says so. */
  clientExtensionResults: z
    .object({ credProps: z.object({ rk: z.boolean().optional() }).optional() })
    .optional()
    .catch(undefined),
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional()
      // Transports that are no list of names are left out: they are a hint for browsers, and the passkey works without them.
      .catch(undefined),
  }),
});

/** The answer of `navigator.credentials.get`, or nothing when the text is something else. */
export function readAssertion(text: string | undefined): AuthenticationResponseJSON | undefined {
  const parsed = assertion.safeParse(parseJson(text ?? ''));
  return parsed.success ? ({ ...parsed.data, ...NO_EXTENSIONS } as AuthenticationResponseJSON) : undefined;
}

/** The answer of `navigator.credentials.create`, or nothing when the text is something else. */
export function readAttestation(text: string | undefined): Attestation | undefined {
  const parsed = attestation.safeParse(parseJson(text ?? ''));
  if (!parsed.success) return undefined;
  const { clientExtensionResults, ...answer } = parsed.data;
  const isDiscoverable = clientExtensionResults?.credProps?.rk;
  return {
    answer: { ...answer, ...NO_EXTENSIONS } as RegistrationResponseJSON,
    ...(isDiscoverable === undefined ? {} : { isDiscoverable }),
  };
}

/** `isDiscoverable`: as far as the browser says so; nobody signs it, and it makes a difference to the person alone. */
export type Attestation = { answer: RegistrationResponseJSON; isDiscoverable?: boolean };

/** No other extension is asked for, so their results are nobody's business. */
const NO_EXTENSIONS = { clientExtensionResults: {} };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
