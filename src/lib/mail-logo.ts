/** The Content-ID by which a mail's HTML names its attached logo (RFC 2392); the same for all mails. */
export const MAIL_LOGO_ID = 'logo@gatehouse';

const ADDRESS = `cid:${MAIL_LOGO_ID}`;

/** Whether a mail's HTML shows the logo. */
export function showsLogo(html: string): boolean {
  return html.includes(ADDRESS);
}

/** The same HTML with the picture inside, for who shows a mail without its attachments; without a picture, none. */
export function withLogoInside(html: string, logo: Buffer | undefined): string {
  if (logo) return html.replaceAll(ADDRESS, `data:image/png;base64,${logo.toString('base64')}`);
  return html.replaceAll(/<img src="cid:logo@gatehouse"[^<>]{0,300}>/g, '');
}
