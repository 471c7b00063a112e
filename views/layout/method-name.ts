import type { PageContext } from '../../src/views/page.ts';

/** What a way to sign in is called in the account, where a row does nothing by itself: "E-mail", not "Send me a link". */
export function methodName(page: Pick<PageContext, 't' | 'has'>, method: string): string {
  const [own, inLists] = [`method.${method}.noun`, `method.${method}.name`];
  if (page.has(own)) return page.t(own);
  return page.has(inLists) ? page.t(inLists) : method;
}
