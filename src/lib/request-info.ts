/** What is known of one request, however deep it is handled. Made once by `http/request-id.ts`. */
export type RequestInfo = {
  /** The reference id: in the log, in the audit, and on the error page. */
  readonly id: string;
  /** The client's address, as `TRUST_PROXY` lets us believe it. */
  readonly address: string;
  /** The address for limits and for display: IPv4 whole, IPv6 as its /64. */
  readonly network: string;
  /** With the device's model and version when the browser told them (`withHints`). */
  readonly userAgent: string;
  /** 128 random bits for the Content-Security-Policy of this response. */
  readonly nonce: string;
  /** The language of the answer. */
  locale: string;
  /**
   * SHA-256 of the secret by which a browser is known as the same one (`browser-secret.ts`), when it has one. Who sends a
   * form of ours always has it. Compared by `isSameBrowser`.
   */
  browserHash?: string;
  /** SHA-256 of the device cookie's value, when the browser has one. */
  knownBrowserHash?: string;
};
