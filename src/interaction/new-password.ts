import type { Form } from '../http/routes.ts';
import type { PasswordOfPerson } from '../methods/methods.ts';
import type { User } from '../users/users.ts';
import type { FieldError, Sentence } from '../views/views.ts';

/**
 * The mistakes of a form in which a password is chosen. Without a script the page asks for it twice; with one there is
 * "Show" instead, and the second field stays away.
 */
export function passwordMistakes(
  password: Pick<PasswordOfPerson, 'check'>,
  form: Form,
  owner: Pick<User, 'email' | 'profile'>,
): FieldError[] {
  const chosen = form.password ?? '';
  if (chosen === '') return [mistake('password', { key: 'password.missing' })];
  const refusal = password.check(chosen, owner);
  if (refusal)
    return [
      mistake('password', { key: refusal.refused, ...(refusal.detail ? { values: refusal.detail } : {}) }),
    ];
  const { again } = form;
  return again === undefined || again === chosen ? [] : [mistake('again', { key: 'password.differs' })];
}

function mistake(field: string, sentence: Sentence): FieldError {
  return { field, sentence };
}
