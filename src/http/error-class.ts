import { ERROR_CLASSES } from './error-uri.ts';
import { notFound } from './errors.ts';
import type { Pages } from './page.ts';
import { isRequestId } from './request-id.ts';
import type { Route } from './routes.ts';

/** `/errors/<class>`: opened by people who build apps, and now and then by one who uses them. */
export function createErrorClassRoutes({ pages }: { pages: Pages }): Route[] {
  return [
    {
      method: 'GET',
      path: '/errors/:class',
      handle(ctx) {
        const named = ERROR_CLASSES.find((each) => each === ctx.params.class);
        if (named === undefined) throw notFound();
        const { reference } = ctx.query;
        // Whatever stands in the address was written by anybody; shown is what could be a reference of ours.
        const known = typeof reference === 'string' && isRequestId(reference);
        pages.show(ctx, 'error-class', { class: named, ...(known ? { referenceId: reference } : {}) });
      },
    },
  ];
}
