/** `payload` is what `adapter.ts` wrote: JSON without the id, sealed where it holds more than facts. */
export type Artifact = {
  payload: string;
  consumedAt?: number;
  isInGrace: boolean;
  grant?: string;
  /** Who holds it, as long as nobody has proved anything in it (`held.ts`). */
  heldBy?: string;
};

/** `isEmptied`: spent so long ago that only its grant still matters; `payload` has the sender's key at most. */
export type StoredRefreshToken = Artifact & { grantId: string; isEmptied: boolean; successorKeyId?: string };

export type StoredSession = {
  uid: string;
  userId?: string;
  payload: string;
  userAgent: string;
  network: string;
  createdAt: number;
  lastSeenAt: number;
};

export type SessionRow = {
  uid: string;
  userId?: string | undefined;
  payload: string;
  userAgent: string;
  network: string;
  lastSeenAt: number;
  expiresAt: number;
};

/** What is saved: `grantId` and `userId` are what it can be ended by. */
export type NewArtifact = {
  payload: string;
  grantId?: string | undefined;
  /** Who has proved something in this interaction. */
  userId?: string | undefined;
  /** Who holds it (`held.ts`). Told when it is new; an update keeps it until there is a `userId`. */
  heldBy?: string | undefined;
  expiresAt: number;
};

/** Of a person: all, all but one, or these. */
export type WhichSessions =
  | { id: string }
  | { uid: string }
  | { userId: string; exceptUid?: string | undefined; uids?: readonly string[] };

/**
 * What people and apps can do again when it is lost: in Redis when there is one, else in the database. Ids come in as
 * the browser or the app holds them and are stored as a hash; what has expired counts as absent; each check-and-change
 * is one step, decided by the storage's own clock. Times are milliseconds since the epoch.
 */
export type ShortLivedStore = {
  /** `remembered` keeps what was spent visible for so many seconds after it was consumed. */
  findArtifact(
    model: string,
    id: string,
    options?: { graceSeconds?: number; remembered?: number },
  ): Promise<Artifact | undefined>;
  /** When one that is not given out any more had expired, where that is still known: for the log. */
  whenArtifactExpired?(model: string, id: string): Promise<number | undefined>;
  saveArtifact(model: string, id: string, artifact: NewArtifact): Promise<void>;
  /** Writes one that was read before. False when it is gone meanwhile: a late write must not bring it back. */
  updateArtifact(model: string, id: string, artifact: NewArtifact): Promise<boolean>;
  /** The first page of a sign-in was opened: it is held as `after` and lives until `expiresAt`. Nothing when it is gone. */
  openArtifact(
    model: string,
    id: string,
    held: { before: string; after: string; expiresAt: number },
  ): Promise<void>;
  /** Of what one holder has, the `keep` that live longest stay. Answers how many went. */
  dropHeld(heldBy: string, keep: number): Promise<number>;
  /** Of what all holders have together, the `keep` that live longest stay. Answers how many went. */
  dropAnyHeld(keep: number): Promise<number>;
  /** Remembers something that must not come twice. False when it was there already. */
  saveOnce(model: string, id: string, artifact: { payload: string; expiresAt: number }): Promise<boolean>;
  /** True for the one call that consumed it. */
  consumeArtifact(model: string, id: string, rememberedSeconds: number): Promise<boolean>;
  deleteArtifact(model: string, id: string): Promise<void>;
  deleteArtifactsOfGrant(model: string, grantId: string): Promise<void>;
  /** Sign-ins in which this person has proved something, and that have no session yet. */
  deletePendingSignIns(userId: string): Promise<void>;
  /**
   * Takes an interaction away whose sign-in is about to become this person's session, and leaves a mark until
   * `expiresAt`, which `deletePendingSignIns` takes too. False when it was ended. Again: the same answer.
   */
  completeSignIn(id: string, mark: { userId: string; expiresAt: number }): Promise<boolean>;
  /**
   * Whether the mark is gone, asked when the session is saved: whoever ends a person's sign-ins before their sessions
   * then either took the mark, and this one ends the session, or finds the session.
   */
  isSignInEnded(id: string, userId: string): Promise<boolean>;

  findSession(id: string): Promise<StoredSession | undefined>;
  findSessionByUid(uid: string): Promise<StoredSession | undefined>;
  /** The last one seen first. */
  listSessionsOfUser(userId: string): Promise<StoredSession[]>;
  insertSession(id: string, session: SessionRow & { createdAt: number }): Promise<void>;
  /**
   * Writes a session that was read before, under a new id when it was given one. False when it was ended meanwhile:
   * an update that finds nothing must not bring it back.
   */
  updateSession(previousId: string, id: string, session: SessionRow): Promise<boolean>;
  /** Notes a visit, and what the browser has told of its device since. */
  touchSession(uid: string, visit: { now: number; userAgent?: string }): Promise<void>;
  /** Answers the `uid` of each session that was deleted. */
  deleteSessions(which: WhichSessions): Promise<string[]>;
};
