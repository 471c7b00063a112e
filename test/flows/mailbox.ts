import type { Gatehouse } from './gatehouse.ts';

/** What a person finds in a mail of ours: the code, and the address of the button. */
export type FoundMail = { to: string; subject: string; text: string; code: string; url: string };

/** The mails to one address in the mailbox of this machine, newest first. */
export async function mailsTo(
  { modules }: Pick<Gatehouse, 'modules'>,
  address: string,
): Promise<FoundMail[]> {
  const mails = (await modules.mail.mailbox?.list()) ?? [];
  return mails
    .filter(({ to }) => to === address)
    .map(({ to, subject, text }) => ({
      to,
      subject,
      text,
      code: /^\d{6}$/m.exec(text)?.[0] ?? '',
      url: /^https?:\/\/\S+$/m.exec(text)?.[0] ?? '',
    }));
}

/** The newest one whose subject has these words. */
export async function mailAbout(
  gatehouse: Pick<Gatehouse, 'modules'>,
  address: string,
  words: string,
): Promise<FoundMail> {
  const mails = await mailsTo(gatehouse, address);
  const found = mails.find(({ subject }) => subject.includes(words));
  if (!found)
    throw new Error(`no mail about ${words} to ${address}: ${mails.map((each) => each.subject).join(' | ')}`);
  return found;
}

/** Six digits that are not these. */
export function anotherCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}
