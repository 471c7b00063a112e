import { notFound } from '../http/errors.ts';
import { type Route, sendPicture } from '../http/routes.ts';
import { isPictureName, judgePicture, type Picture } from '../lib/picture.ts';
import { clientInvalid } from './errors.ts';

/**
 * Takes the picture out of what was given, and leaves its name there, by which the client knows it. Only a whole picture
 * is taken: a name alone could be that of another app's. Throws `clients.invalid`.
 */
export function takeLogo<Given extends { logo?: string | null | undefined }>(
  given: Given,
): { input: Given; logo?: Picture } {
  if (typeof given.logo !== 'string') return { input: given };
  const [, encoded] = DATA_URL.exec(given.logo) ?? [];
  if (encoded === undefined) throw logoWrong('must be a picture, as data:image/…;base64,…');
  const judged = judgePicture(Buffer.from(encoded, 'base64'));
  if ('problem' in judged) throw logoWrong(`the picture ${judged.problem}`);
  return { input: { ...given, logo: judged.picture.name }, logo: judged.picture };
}

/** Logos of apps, for pages of ours. The name is a hash of the picture: who has it has seen it. */
export function createLogoRoutes(store: {
  findLogo(name: string): Promise<Picture | undefined>;
}): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/clients/logo/:name',
      headers: 'api',
      async handle(ctx) {
        const { name = '' } = ctx.params;
        const logo = isPictureName(name) ? await store.findLogo(name) : undefined;
        if (!logo) throw notFound();
        sendPicture(ctx, logo);
      },
    },
  ];
}

const DATA_URL = /^data:[\w+./-]*;base64,([A-Za-z0-9+/]*={0,2})$/;

function logoWrong(why: string) {
  return clientInvalid({ problems: [{ field: 'logo', why }] });
}
