import type { Database } from '../../database/database.ts';

export type PasskeyStore = ReturnType<typeof createPasskeyStore>;

/** A saved passkey. `publicKey` is the COSE key, base64url; nothing of it opens a door. */
export type PasskeyCredential = {
  id: `psk_${string}`;
  userId: string;
  /** The authenticator's own id of it, base64url. */
  credentialId: string;
  publicKey: string;
  counter: number;
  transports: readonly string[];
  /** What kind of authenticator holds it, as a UUID; zeros when it does not say. */
  aaguid: string;
  name: string;
  /** Whether a copy of it is kept elsewhere (WebAuthn L3 §6.1.3: BS), and whether there may be one (BE). */
  isSynced: boolean;
  isSyncable: boolean;
  /** Whether it is offered to who has not said a name. If not, it is good after another way only (WebAuthn L3 §4). */
  isDiscoverable: boolean;
  /** Whether it has ever made sure of the person: a security key without a PIN only shows that somebody is there. */
  verifiesPerson: boolean;
  createdAt: number;
  lastUsedAt?: number;
  /** Since when there may be a copy of it: its counter fell, or stood still, and nothing else was proved since. */
  doubtedAt?: number;
};

/** The SQL of passkeys, and of the offer to save one. */
export function createPasskeyStore(db: Database) {
  return {
    async findByCredentialId(credentialId: string): Promise<PasskeyCredential | undefined> {
      const [row] = await db.hot<Row>(
        `select ${COLUMNS.join(', ')} from passkey_credentials where credential_id = ?`,
        [credentialId],
      );
      return row && toCredential(row);
    },

    /** Oldest first. */
    async listByUser(userId: string): Promise<PasskeyCredential[]> {
      const rows = await db.hot<Row>(
        `select ${COLUMNS.join(', ')} from passkey_credentials where user_id = ? order by created_at, id`,
        [userId],
      );
      return rows.map(toCredential);
    },

    async hasAny(userId: string): Promise<boolean> {
      const rows = await db.hot('select id from passkey_credentials where user_id = ? limit 1', [userId]);
      return rows.length > 0;
    },

    /** Whether a person has some, and none that says who they are. */
    async hasSecondOnly(userId: string): Promise<boolean> {
      const rows = await db('passkey_credentials').where({ user_id: userId }).select('is_discoverable');
      return rows.length > 0 && rows.every((row: { is_discoverable: unknown }) => !row.is_discoverable);
    },

    /** False when somebody has this credential already. */
    async insert(credential: PasskeyCredential): Promise<boolean> {
      const inserted = await db('passkey_credentials')
        .insert({
          id: credential.id,
          user_id: credential.userId,
          credential_id: credential.credentialId,
          public_key: credential.publicKey,
          counter: credential.counter,
          transports: JSON.stringify(credential.transports),
          aaguid: credential.aaguid,
          name: credential.name,
          is_synced: credential.isSynced,
          is_syncable: credential.isSyncable,
          is_discoverable: credential.isDiscoverable,
          verifies_person: credential.verifiesPerson,
          created_at: credential.createdAt,
        })
        .onConflict('credential_id')
        .ignore()
        .returning(['id']);
      return inserted.length === 1;
    },

    /**
     * Records a use, and judges the signature counter in the same statement (WebAuthn L3 §7.2 step 22): it should grow,
     * unless the authenticator does not count at all, or the passkey is one that may be copied, whose copies count apart.
     * False when it did not, or the passkey is gone: nothing is recorded then.
     */
    async use(id: string, use: PasskeyUse): Promise<boolean> {
      const { counter } = use;
      const used = await db('passkey_credentials')
        .where({ id })
        .where((grown) => {
          grown.where('counter', '<', counter).orWhere('is_syncable', true);
          if (counter === 0) grown.orWhere('counter', 0);
        })
        .update(changesBy(use));
      return used === 1;
    },

    /**
     * Records a use whose counter did not grow. From here on it counts on from what was received: else one that was reset
     * would be in doubt for as many uses as it had. `isNew`: it was not in doubt before; of many at once one finds it so.
     * Nothing when the passkey is gone.
     */
    async useInDoubt(id: string, use: PasskeyUse): Promise<{ isNew: boolean } | undefined> {
      const { at } = use;
      const used = changesBy(use);
      const isNew =
        (await db('passkey_credentials')
          .where({ id })
          .whereNull('doubted_at')
          .update({ ...used, doubted_at: at })) === 1;
      if (isNew) return { isNew };
      // In doubt already, and since this moment anew: a proof from before settles nothing.
      const isThere =
        (await db('passkey_credentials')
          .where({ id })
          .update({ ...used, doubted_at: at })) === 1;
      return isThere ? { isNew: false } : undefined;
    },

    /** Ends the doubts of before `at` about a person's passkeys. */
    async trust(userId: string, at: number): Promise<void> {
      await db('passkey_credentials')
        .where({ user_id: userId })
        .where('doubted_at', '<=', at)
        .update({ doubted_at: null });
    },

    async rename(userId: string, id: string, name: string): Promise<boolean> {
      return (await db('passkey_credentials').where({ user_id: userId, id }).update({ name })) === 1;
    },

    async delete(userId: string, id: string): Promise<boolean> {
      return (await db('passkey_credentials').where({ user_id: userId, id }).delete()) === 1;
    },

    async findQuietUntil(userId: string): Promise<number | undefined> {
      const row = await db('passkey_offers').where({ user_id: userId }).first('quiet_until');
      return row?.quiet_until;
    },

    async keepQuiet(userId: string, until: number): Promise<void> {
      await db('passkey_offers')
        .insert({ user_id: userId, quiet_until: until })
        .onConflict('user_id')
        .merge(['quiet_until']);
    },
  };
}

/** `isFirstStep`: it said who the person is. `isVerified`: it made sure of them. What it could once it can again. */
export type PasskeyUse = {
  counter: number;
  isSynced: boolean;
  isFirstStep: boolean;
  isVerified: boolean;
  at: number;
};

function changesBy({ counter, isSynced, isFirstStep, isVerified, at }: PasskeyUse) {
  return {
    counter,
    is_synced: isSynced,
    last_used_at: at,
    ...(isFirstStep ? { is_discoverable: true } : {}),
    ...(isVerified ? { verifies_person: true } : {}),
  };
}

const COLUMNS = [
  'id',
  'user_id',
  'credential_id',
  'public_key',
  'counter',
  'transports',
  'aaguid',
  'name',
  'is_synced',
  'is_syncable',
  'is_discoverable',
  'verifies_person',
  'created_at',
  'last_used_at',
  'doubted_at',
];

type Row = {
  id: `psk_${string}`;
  user_id: string;
  credential_id: string;
  public_key: string;
  counter: number;
  transports: string;
  aaguid: string;
  name: string;
  is_synced: boolean | number;
  is_syncable: boolean | number;
  is_discoverable: boolean | number;
  verifies_person: boolean | number;
  created_at: number;
  last_used_at: number | null;
  doubted_at: number | null;
};

function toCredential(row: Row): PasskeyCredential {
  return {
    id: row.id,
    userId: row.user_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: JSON.parse(row.transports),
    aaguid: row.aaguid,
    name: row.name,
    isSynced: Boolean(row.is_synced),
    isSyncable: Boolean(row.is_syncable),
    isDiscoverable: Boolean(row.is_discoverable),
    verifiesPerson: Boolean(row.verifies_person),
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.doubted_at === null ? {} : { doubtedAt: row.doubted_at }),
  };
}
