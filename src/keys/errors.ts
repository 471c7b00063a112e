import { defineError, type ErrorDetail, type ErrorFactory, type GatehouseError } from '../lib/errors.ts';

/** No key has this id. */
export const keyUnknown = withSentence(defineError('keys.unknown', 404));

/** A key signs and no other can take over now. */
export const keyInUse = withSentence(defineError('keys.in_use', 409));

/** Rows are sealed under a root key that `SECRET_KEY` does not hold. Nothing may start: it would make new keys. */
export const rootKeyMissing = withSentence(defineError('keys.root_key_missing', 500));

/** `secret.key` cannot be read, made or understood. */
export const secretKeyFileBroken = withSentence(defineError('keys.secret_key_file_broken', 500));

/** `secret.key` is gone and the database was sealed with it. Another one would open nothing. */
export const secretKeyFileMissing = withSentence(defineError('keys.secret_key_file_missing', 500));

/** These errors are read by an operator at a terminal, so their message is a whole sentence. */
function withSentence(factory: ErrorFactory) {
  return (sentence: string, detail?: ErrorDetail, cause?: unknown): GatehouseError => {
    const error = factory(detail, cause);
    error.message = sentence;
    return error;
  };
}
