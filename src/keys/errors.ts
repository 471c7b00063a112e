import { defineError } from '../lib/errors.ts';

/** No key has this id. */
export const keyUnknown = defineError('keys.unknown', 404);

/** A key signs and no other can take over now. */
export const keyInUse = defineError('keys.in_use', 409);

/** Rows are sealed under a root key that `SECRET_KEY` does not hold. Nothing may start: it would make new keys. */
export const rootKeyMissing = defineError('keys.root_key_missing', 500);

/** `secret.key` cannot be read, made or understood. */
export const secretKeyFileBroken = defineError('keys.secret_key_file_broken', 500);
