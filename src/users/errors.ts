import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const userUnknown = defineError(
  'users.unknown',
  404,
  () => 'There is no such user: `users list` shows their ids, e-mail addresses and usernames.',
);
export const emailTaken = defineError(
  'users.email_taken',
  409,
  () => 'Another user has this e-mail address: `users show <address>`.',
);
export const usernameTaken = defineError(
  'users.username_taken',
  409,
  () => 'Another user has this username already, or is known to apps by it (preferred_username).',
);
/** Without a username it is the name by which apps know somebody. */
export const preferredUsernameTaken = defineError(
  'users.preferred_username_taken',
  409,
  () => 'Apps know another user by this name already (preferred_username): choose another one.',
);
export const idTaken = defineError(
  'users.id_taken',
  409,
  () => 'This id belongs or belonged to another user or client. Ids are never reused.',
);
/** Nobody could administer this Gatehouse any more, and no page could make it right. */
export const lastAdministrator = defineError(
  'users.last_administrator',
  409,
  () =>
    'This is the only administrator who can sign in. Make another one first: users update <id|email> --admin.',
);
/** `detail.version`: the one that the person has now. */
export const userConflict = defineError(
  'users.conflict',
  409,
  (detail) => `Somebody else changed this user meanwhile: it is version ${String(detail.version)} now.`,
);
/** `detail.problems`: what is wrong, `[{ field, why }]`. It never repeats a value. */
export const userInvalid = defineError('users.invalid', 400, sentenceOfProblems);
export const administratorThere = defineError(
  'users.administrator_there',
  409,
  () => 'There is an administrator already. To add another: users update <id|email> --admin.',
);
export const mailMissing = defineError(
  'users.mail_missing',
  409,
  () =>
    'No mail can be sent (SMTP_URL). `users set-password`, or `users invite` without --mail, prints a link to hand over.',
);
export const passwordRefused = defineError(
  'users.password_refused',
  400,
  (detail) => `The password was refused: ${String(detail.sentence ?? detail.why)}`,
);
