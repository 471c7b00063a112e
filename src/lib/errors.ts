/** What went wrong, for the operator's log. Never secrets, never personal data. */
export type ErrorDetail = Record<string, unknown>;

/**
 * A broken promise of ours, or a request that cannot be served. `code` is `<folder>.<what>` and also the translation
 * key of the sentence a person sees; `status` is the HTTP status. `detail` is for operators.
 */
export class GatehouseError extends Error {
  readonly code: string;
  readonly status: number;
  /** The same, by the name that Koa's and oidc-provider's own errors have. */
  readonly statusCode: number;
  readonly detail: ErrorDetail;
  /** What an operator reads in the terminal: what is wrong and what would be right. English. */
  readonly sentence: string | undefined;

  constructor(code: string, status: number, detail: ErrorDetail = {}, cause?: unknown, sentence?: string) {
    super(describe(code, detail), cause === undefined ? undefined : { cause });
    this.name = 'GatehouseError';
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.detail = detail;
    this.sentence = sentence;
  }
}

export type ErrorFactory = {
  (detail?: ErrorDetail, cause?: unknown): GatehouseError;
  readonly code: string;
  readonly status: number;
};

/**
 * Declares one error: `export const keyInUse = defineError('keys.in_use', 409)`, then `throw keyInUse({ id })`.
 * `sentence` is what the command line says for it, made from the detail.
 */
export function defineError(
  code: string,
  status: number,
  sentence?: (detail: ErrorDetail) => string,
): ErrorFactory {
  const create = (detail?: ErrorDetail, cause?: unknown) =>
    new GatehouseError(code, status, detail, cause, sentence?.(detail ?? {}));
  return Object.assign(create, { code, status });
}

/** What an operator reads of input that was refused: `detail.problems` is `[{ field, why }]`, and repeats no value. */
export function sentenceOfProblems(detail: ErrorDetail): string {
  const problems = (detail.problems ?? []) as readonly { field: string; why: string }[];
  return problems.map(({ field, why }) => `${field}: ${why}.`).join(' ');
}

function describe(code: string, detail: ErrorDetail): string {
  const fields = Object.entries(detail).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return fields.length === 0 ? code : `${code} (${fields.join(', ')})`;
}
