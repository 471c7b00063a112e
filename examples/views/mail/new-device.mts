// A mail says its content once; the text part and the HTML part are both made from it.
import type { MailOverride } from '../../../src/views/override.ts';

export default ((_data, _page, { ours }) => {
  const letter = ours();
  return {
    ...letter,
    reasons: [...letter.reasons, 'Questions? The desk answers at extension 12, day and night.'],
  };
}) satisfies MailOverride<'new-device'>;
