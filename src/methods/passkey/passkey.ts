import { isIP } from 'node:net';
import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  VerifiedAuthenticationResponse,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server';
import type { Audit } from '../../audit/audit.ts';
import { browserName } from '../../lib/browser-name.ts';
import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import { createId } from '../../lib/ids.ts';
import { sha256 } from '../../lib/secret.ts';
import { isPlainText } from '../../lib/text.ts';
import { displayName, type User } from '../../users/users.ts';
import { html } from '../../views/html.ts';
import type { Mails } from '../../views/views.ts';
import type {
  BeginInput,
  Begun,
  EnrolInput,
  Enrolled,
  FactorKind,
  FinishInput,
  Method,
  Proof,
  Refusal,
} from '../method.ts';
import { definePlugIn, nothingWaits } from '../plug-in.ts';
import { type Attestation, readAssertion, readAttestation } from './answers.ts';
import { passkeyName } from './authenticators.ts';
import { judgePasskey, type PasskeyConfig, passkeyConfig } from './config.ts';
import { counterRegressed } from './events.ts';
import { createPasskeyStore, type PasskeyCredential, type PasskeyStore, type PasskeyUse } from './store.ts';
import { createPasskeyWellKnown } from './well-known.ts';

/** Loaded at its first use: with what it brings it takes 10 MB, and the start of the server stays below 150. */
const webauthn = () => import('@simplewebauthn/server');

/** Passkeys. */
export const passkey = definePlugIn({
  id: 'passkey',
  identifies: true,
  config: {
    section: 'passkey',
    schema: passkeyConfig,
    isSwitchedOn: ({ enabled }) => enabled,
    judge: judgePasskey,
  },
  icon: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 14a4 4 0 1 1 3.9-5H22v3h-2v3h-3v-3h-6.1A4 4 0 0 1 7 14zm0-2.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z"/></svg>`,
  personalData: {
    passkey_credentials: [
      'credential_id',
      'name',
      'aaguid',
      'transports',
      'is_synced',
      'is_syncable',
      'is_discoverable',
      'verifies_person',
      'counter',
      'created_at',
      'last_used_at',
      'doubted_at',
    ],
    passkey_offers: ['quiet_until'],
  },
  create({ db, users, audit, mail, clock, config: { issuer, brand } }, config) {
    const store = createPasskeyStore(db);
    const site = { issuer, name: brand.name };
    const made = createPasskey({ store, users, audit, mail, clock, config, site });
    if (!config.enabled || !isPasskeyHost(issuer))
      return { method: made, isOffered: false, endAllOf: nothingWaits };
    return {
      method: made,
      passkeys: made,
      endAllOf: nothingWaits,
      routes: (front) => createPasskeyWellKnown({ ...front, origins: made.origins }),
    };
  },
});

export type Passkey = ReturnType<typeof createPasskey>;

/** COSE: ES256, EdDSA, RS256, the most usual one first. */
const ALGORITHMS = [-7, -8, -257];

/** What `begin` keeps for `finish`, sealed and spent by the memory of all methods. */
type Kept = {
  challenge: string;
  expiresAt: number;
  isVerificationRequired?: boolean;
  isQuiet?: boolean;
  isSecond?: boolean;
};

/**
 * Signing in with a passkey (WebAuthn L3). At a first step the passkey says who the person is; once the person is known
 * (second factor, step-up) it must be theirs, and must have verified them.
 */
export function createPasskey({ store, users, audit, mail, clock, config, site }: PasskeyDeps) {
  const rpId = config.rpId ?? new URL(site.issuer).hostname;
  const origins = [new URL(site.issuer).origin, ...config.relatedOrigins];
  const accountUrl = `${site.issuer}/account/security`;

  const passkey = {
    id: 'passkey',
    amr: ['hwk', 'user'],
    kind: 'possession',
    identifies: true,
    isSecondFactor: true,
    strength: 40,
    row: 'browser',
    fields: ['credential'],
    maxFieldBytes: 16 * 1024,

    isEnrolled: (userId: string): Promise<boolean> => store.hasAny(userId),

    isSecondOnly: (userId: string): Promise<boolean> => store.hasSecondOnly(userId),

    /** Two factors in one, unless all are keys that were only touched. What a new one is made of, the browser decides. */
    async atBest(userId?: string) {
      const own = userId === undefined ? [] : await store.listByUser(userId);
      const kinds = own.length === 0 ? ['hwk', 'swk'] : own.map((each) => (each.isSyncable ? 'swk' : 'hwk'));
      const amr = [...new Set(kinds), 'user'];
      if (own.length > 0 && !own.some(({ verifiesPerson }) => verifiesPerson))
        return { amr, kind: 'possession' as const };
      return { amr: [...amr, 'mfa'], kind: 'multi' as const };
    },

    async begin({ userId, now }: BeginInput): Promise<Begun> {
      const isKnown = userId !== undefined;
      const known = isKnown ? await store.listByUser(userId) : [];
      const publicKey = await (await webauthn()).generateAuthenticationOptions({
        rpID: rpId,
        allowCredentials: known.map(descriptorOf),
        // Where it were required, browsers would not try a key that cannot. Which of them must, `verify` says.
        userVerification: isKnown && known.every((each) => each.verifiesPerson) ? 'required' : 'preferred',
        timeout: config.challengeTtlSeconds * 1000,
      });
      return {
        keep: { ...keptOf(publicKey.challenge, now), isVerificationRequired: isKnown },
        show: { publicKey },
      };
    },

    async finish({ userId, answer, kept, now, request }: FinishInput): Promise<Proof | Refusal> {
      const assertion = readAssertion(answer.credential);
      if (!assertion) return { refused: 'wrong' };
      if (!isUsable(kept, now)) return { refused: 'expired' };
      const credential = await store.findByCredentialId(assertion.id);
      if (!credential) return { refused: 'unknown' };
      const owner = credential.userId;
      if (userId !== undefined && userId !== owner) return { refused: 'wrong', userId: owner };

      const info = await verify(assertion, credential, kept);
      if (!info) return { refused: 'wrong', userId: owner };
      const person = await users.find(owner);
      if (!person || person.disabledAt !== undefined) return { refused: 'disabled', userId: owner };
      const use = {
        counter: info.newCounter,
        isSynced: info.credentialBackedUp,
        isFirstStep: kept.isVerificationRequired !== true,
        isVerified: info.userVerified,
        at: now,
      };
      let isDoubted = credential.doubtedAt !== undefined;
      if (!(await store.use(credential.id, use))) {
        if (!(await doubt(credential, { use, person, request })))
          return { refused: 'unknown', userId: owner };
        isDoubted = true;
      }
      // By a QR code: a phone, which can be far away next time. A security key is meant to be carried along.
      const isElsewhere =
        assertion.authenticatorAttachment === 'cross-platform' && credential.transports.includes('hybrid');
      const proof = proofOf(credential.isSyncable, info.userVerified);
      return {
        proved: owner,
        ...proof,
        ...(isElsewhere ? { isElsewhere } : {}),
        ...(isDoubted ? { isDoubted } : {}),
      };
    },

    settleDoubts: (userId: string, until: number): Promise<void> => store.trust(userId, until),

    enrolment: {
      isOfferedInFlow: true,

      async list(userId: string) {
        const credentials = await store.listByUser(userId);
        return credentials.map(({ id, name, createdAt, lastUsedAt, isSynced, isDiscoverable }) => ({
          id,
          name,
          createdAt,
          isSynced,
          ...(isDiscoverable ? {} : { isSecondOnly: true as const }),
          ...defined({ lastUsedAt }),
        }));
      },

      begin: beginEnrolment,

      async finish(
        userId: string,
        answer: Readonly<Record<string, string>>,
        kept: Record<string, unknown> | undefined,
        { now, request, newcomer }: EnrolInput,
      ): Promise<Enrolled> {
        const attestation = readAttestation(answer.credential);
        if (!isUsable(kept, now)) return { refused: 'passkey.expired' };
        const made = attestation && (await verifyNew(attestation.answer, kept));
        if (!made) return { refused: 'passkey.not_saved' };
        if (!isAllowed(made.aaguid)) return { refused: 'passkey.kind_refused' };
        if ((await store.listByUser(userId)).length >= config.maximumPerPerson) {
          return { refused: 'passkey.too_many', detail: { maximum: config.maximumPerPerson } };
        }
        const id = createId('psk');
        const credential: PasskeyCredential = {
          id,
          userId,
          credentialId: made.credential.id,
          publicKey: Buffer.from(made.credential.publicKey).toString('base64url'),
          counter: made.credential.counter,
          transports: attestation.answer.response.transports ?? [],
          aaguid: made.aaguid,
          name: passkeyName(made.aaguid, browserName(request.userAgent)),
          isSynced: made.credentialBackedUp,
          isSyncable: isSyncable(made),
          isDiscoverable: !kept.isSecond || isDiscoverable(attestation, made),
          // Nobody was asked for more where the browser made it by itself; those are kept by devices that can.
          verifiesPerson: made.userVerified || kept.isQuiet === true || isSyncable(made),
          createdAt: now,
        };
        const isSaved = newcomer
          ? await newcomer.makeWith((inside) => createPasskeyStore(inside).insert(credential))
          : await store.insert(credential);
        if (!isSaved) return { refused: 'passkey.saved_already' };
        // Where nobody was present, nothing was proved but that the browser is there.
        if (kept.isQuiet) return { enrolled: id };
        return { enrolled: id, proof: proofOf(isSyncable(made), made.userVerified) };
      },

      /** The name that a person gives it. False for a name that is none, or a passkey that is not theirs. */
      async rename(userId: string, id: string, text: string): Promise<boolean> {
        const name = text.normalize('NFC').trim();
        if (name === '' || name.length > 100 || !isPlainText(name)) return false;
        return store.rename(userId, id, name);
      },

      remove: (userId: string, id: string): Promise<boolean> => store.delete(userId, id),
    },

    /** Whether this browser's passkey is no longer ours, so that it can be told to forget it. */
    async isUnknown(credentialId: string): Promise<boolean> {
      return isCredentialId(credentialId) && !(await store.findByCredentialId(credentialId));
    },

    /** What a browser is told to keep in step with us (WebAuthn L3 §5.1.10). */
    async signals(user: PasskeyUser): Promise<PasskeySignals> {
      const credentials = await store.listByUser(user.id);
      return {
        rpId,
        userId: handleOf(user.id),
        allAcceptedCredentialIds: credentials.map(({ credentialId }) => credentialId),
        name: user.email,
        displayName: displayName(user),
      };
    },

    offer: {
      /**
       * Whether to offer this person a passkey now: they have none (`hasElsewhere`: none on this device), and did not ask
       * for quiet.
       */
      async isDue(userId: string, { hasElsewhere = false } = {}): Promise<boolean> {
        if (!config.offer || (!hasElsewhere && (await store.hasAny(userId)))) return false;
        return ((await store.findQuietUntil(userId)) ?? 0) <= clock.now();
      },
      notNow: (userId: string): Promise<void> =>
        store.keepQuiet(userId, clock.now() + config.offerQuietSeconds * 1000),
      never: (userId: string): Promise<void> => store.keepQuiet(userId, Number.MAX_SAFE_INTEGER),
    },

    rpId,
    /** Where its passkeys may be used: here, and at the related origins. */
    origins,
  } satisfies Method & Record<string, unknown>;

  return passkey;

  function keptOf(challenge: string, now: number): Kept {
    return { challenge, expiresAt: now + config.challengeTtlSeconds * 1000 };
  }

  async function beginEnrolment(
    userId: string,
    { now, isQuiet = false, isSecond = false, newcomer }: EnrolInput,
  ): Promise<Begun> {
    const [user, known] = await Promise.all([
      newcomer ? { id: userId, ...newcomer.person } : users.get(userId),
      store.listByUser(userId),
    ]);
    const publicKey = await (await webauthn()).generateRegistrationOptions({
      rpName: site.name,
      rpID: rpId,
      userID: Uint8Array.from(Buffer.from(handleOf(user.id), 'base64url')),
      userName: user.email,
      userDisplayName: displayName(user),
      attestationType: config.attestation,
      excludeCredentials: known.map(descriptorOf),
      // An older security key keeps none by itself: that is enough behind another way, and no way of its own.
      authenticatorSelection: {
        residentKey: isSecond ? 'preferred' : 'required',
        userVerification: 'preferred',
      },
      supportedAlgorithmIDs: ALGORITHMS,
      timeout: config.challengeTtlSeconds * 1000,
    });
    return { keep: { ...keptOf(publicKey.challenge, now), isQuiet, isSecond }, show: { publicKey } };
  }

  /** The library throws for whatever is wrong with an answer: to us that is a value. */
  async function verify(
    assertion: AuthenticationResponseJSON,
    credential: PasskeyCredential,
    kept: Kept,
  ): Promise<VerifiedAuthenticationResponse['authenticationInfo'] | undefined> {
    const { userHandle } = assertion.response;
    // §7.2 step 6: at a first step it must say whose it is; whenever it does, it must be right.
    const isHandleWrong = userHandle
      ? userHandle !== handleOf(credential.userId)
      : !kept.isVerificationRequired;
    if (isHandleWrong) return undefined;
    const outcome = await (await webauthn())
      .verifyAuthenticationResponse({
        response: assertion,
        expectedChallenge: kept.challenge,
        expectedOrigin: origins,
        expectedRPID: rpId,
        requireUserVerification: kept.isVerificationRequired === true && credential.verifiesPerson,
        credential: {
          id: credential.credentialId,
          publicKey: Uint8Array.from(Buffer.from(credential.publicKey, 'base64url')),
          // Ours judges the counter: by the statement that records it.
          counter: -1,
        },
      })
      .catch(() => undefined);
    if (!outcome?.verified) return undefined;
    const info = outcome.authenticationInfo;
    // §7.2 step 19: whether it may be copied cannot change.
    return isSyncable(info) === credential.isSyncable ? info : undefined;
  }

  async function verifyNew(
    attestation: RegistrationResponseJSON,
    kept: Kept,
  ): Promise<NonNullable<VerifiedRegistrationResponse['registrationInfo']> | undefined> {
    const outcome = await (await webauthn())
      .verifyRegistrationResponse({
        response: attestation,
        expectedChallenge: kept.challenge,
        expectedOrigin: origins,
        expectedRPID: rpId,
        // §7.1 step 15: nobody need be present for a create that the browser did by itself.
        requireUserPresence: kept.isQuiet !== true,
        requireUserVerification: false,
        supportedAlgorithmIDs: ALGORITHMS,
      })
      .catch(() => undefined);
    return outcome?.verified ? outcome.registrationInfo : undefined;
  }

  function isAllowed(aaguid: string): boolean {
    const { allowedAaguids, deniedAaguids } = config;
    return (
      (allowedAaguids.length === 0 || allowedAaguids.includes(aaguid)) && !deniedAaguids.includes(aaguid)
    );
  }

  /**
   * Its counter did not grow. That is a sign of a copy and no proof (§6.1.1): authenticators are reset, and some count
   * for all sites at once. The person is told when it begins, and not at each use after it. False when it is gone.
   */
  async function doubt(
    { id, userId, name, counter: stored }: PasskeyCredential,
    { use, person, request }: { use: PasskeyUse; person: PasskeyUser; request: FinishInput['request'] },
  ): Promise<boolean> {
    const doubted = await store.useInDoubt(id, use);
    if (!doubted) return false;
    await audit.record(counterRegressed, {
      outcome: 'success',
      actor: { type: 'person', id: userId },
      userId,
      detail: { passkey: id, stored, received: use.counter },
    });
    if (!doubted.isNew) return true;
    const { network = '', userAgent = '', locale = '' } = request ?? {};
    await mail.send({
      to: person.email,
      template: 'passkey-doubted',
      data: { name, when: use.at, device: browserName(userAgent), network, accountUrl },
      locale,
    });
    return true;
  }
}

export type PasskeyDeps = {
  store: PasskeyStore;
  users: {
    find(id: string): Promise<PasskeyUser | undefined>;
    /** Throws `users.unknown`. */
    get(id: string): Promise<PasskeyUser>;
  };
  audit: Pick<Audit, 'record'>;
  mail: {
    send(mail: {
      to: string;
      template: 'passkey-doubted';
      data: Mails['passkey-doubted'];
      locale: string;
    }): Promise<void>;
  };
  clock: Clock;
  config: PasskeyConfig;
  site: { issuer: string; name: string };
};

type PasskeyUser = Pick<User, 'id' | 'email' | 'profile' | 'disabledAt'>;

/** For `signalAllAcceptedCredentials` and `signalCurrentUserDetails`. */
export type PasskeySignals = {
  rpId: string;
  userId: string;
  allAcceptedCredentialIds: string[];
  name: string;
  displayName: string;
};

/** RFC 8176: what holds the key, that somebody was there, and `mfa` when the device made sure who it was. */
function proofOf(isSyncable: boolean, isVerified: boolean): { amr: string[]; kind: FactorKind } {
  const amr = [isSyncable ? 'swk' : 'hwk', 'user'];
  return isVerified ? { amr: [...amr, 'mfa'], kind: 'multi' } : { amr, kind: 'possession' };
}

function isSyncable({ credentialDeviceType }: { credentialDeviceType: string }): boolean {
  return credentialDeviceType === 'multiDevice';
}

/** Where the browser does not say: what a device or a password manager keeps is; of a security key nobody knows. */
function isDiscoverable(
  { answer, isDiscoverable: isSaidToBe }: Attestation,
  made: { credentialDeviceType: string },
): boolean {
  return isSaidToBe ?? (answer.authenticatorAttachment === 'platform' || isSyncable(made));
}

/** WebAuthn L3 §5.1.3: passkeys belong to domains, so where the host is an address there are none. */
function isPasskeyHost(issuer: string): boolean {
  const { hostname } = new URL(issuer);
  return !hostname.startsWith('[') && isIP(hostname) === 0;
}

function descriptorOf({ credentialId, transports }: PasskeyCredential) {
  return { id: credentialId, transports: transports as ('internal' | 'usb')[] };
}

/** WebAuthn L3 §4: a user handle has at most 64 bytes, and an id that was chosen may be longer. */
function handleOf(userId: string): string {
  return userId.length <= 64 ? Buffer.from(userId).toString('base64url') : sha256(userId);
}

function isCredentialId(text: string): boolean {
  return /^[\w-]{1,1400}$/.test(text);
}

/** `kept` came from our own memory, so only its age is in doubt. */
function isUsable(kept: Record<string, unknown> | undefined, now: number): kept is Kept {
  return typeof kept?.challenge === 'string' && typeof kept.expiresAt === 'number' && now < kept.expiresAt;
}
