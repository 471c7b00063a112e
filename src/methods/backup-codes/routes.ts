import { parametersMalformed } from '../../http/errors.ts';
import type { Route } from '../../http/routes.ts';
import { normalCode, shownCode } from './codes.ts';

/**
 * `POST /backup-codes/download`: the codes as a text file. The page sends them along, for the server has only their
 * HMACs; it stores nothing and answers nothing but well-formed codes, so nobody can make it send another text.
 */
export function createBackupCodesRoutes({
  config,
}: {
  config: { issuer: string; brand: { name: string } };
}): Route[] {
  return [
    {
      method: 'POST',
      path: '/backup-codes/download',
      body: 'form',
      handle(ctx) {
        const typed = (ctx.state.form.codes ?? '').split(' ');
        const codes = typed.flatMap((code) => normalCode(code) ?? []).map(shownCode);
        if (codes.length < typed.length || codes.length > MAXIMUM_CODES) throw parametersMalformed();
        ctx.set('Cache-Control', 'no-store');
        ctx.attachment(`backup-codes-${new URL(config.issuer).hostname}.txt`);
        ctx.type = 'text/plain; charset=utf-8';
        ctx.body = `${[config.brand.name, config.issuer, '', ...codes].join('\n')}\n`;
      },
    },
  ];
}

const MAXIMUM_CODES = 20;
