/**
 * Every lifetime of the protocol in one place, in seconds, each with its reason. A client or a resource server may be
 * given another one; the configuration section `oidc` may change the defaults of the last five.
 */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const lifetimes = {
  /**
   * An offline verifier cannot see a revocation, so this is how long a stolen or revoked JWT goes on working. Not five
   * minutes: clients that renew a token five minutes before its end (Vaultwarden) would renew it for ever, and each
   * refresh is a row that is kept for 30 days. An API that must know sooner introspects.
   */
  accessTokenSeconds: 10 * MINUTE,
  /** What an API key is exchanged for: the key is still there for the next one, so it may be as short as clocks allow. */
  exchangedTokenSeconds: 5 * MINUTE,
  /** Read once, right after it is issued. */
  idTokenSeconds: 5 * MINUTE,
  /** RFC 6749 §4.1.2 recommends at most ten minutes; an app redeems it in one. */
  codeSeconds: MINUTE,
  /** How long a spent code is remembered, so that its second use is seen as theft (RFC 6749 §4.1.2). */
  spentCodeSeconds: 10 * MINUTE,
  /** How long one that asks again and again still hears that its time is over; by then it has stopped asking. */
  knownAfterItsEndSeconds: 10 * MINUTE,
  /**
   * How long the database remembers that a session was ended. Redis by itself writes a copy once an hour at the latest,
   * so what it starts from after a crash is no older than that; meanwhile what ended was ended again (`endAgain`).
   */
  endedSessionSeconds: 70 * MINUTE,
  /** RFC 9126 §2.2: the request is pushed right before the browser is sent. */
  pushedRequestSeconds: MINUTE,
  /** Time to find a password or a second device without starting again. */
  interactionSeconds: HOUR,
  /** A sign-in whose page nobody has opened: the browser is sent there at once, so what is not there soon is no browser. */
  unusedInteractionSeconds: 15 * MINUTE,
  /** A day without a visit ends the sign-in. */
  sessionIdleSeconds: DAY,
  /** A month is the longest that a browser stays signed in without a fresh proof. */
  sessionAbsoluteSeconds: 30 * DAY,
  /** A month without a visit ends what the app may do. */
  refreshIdleSeconds: 30 * DAY,
  /** Half a year, then the person is asked again. */
  refreshAbsoluteSeconds: 180 * DAY,
} as const;

/** A code may be redeemed twice by an honest double click: this long the loser is refused without harm. */
export const codeGraceSeconds = 2;

/** An honest client may repeat a refresh whose answer it lost: this long it gets the same successor. */
export const refreshGraceSeconds = 10;
