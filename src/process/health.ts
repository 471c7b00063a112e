import type { Database } from '../database/database.ts';
import type { Redis } from '../database/redis/redis.ts';
import type { Route, RouteContext } from '../http/routes.ts';

/** A load balancer asks again soon; a database or Redis that needs longer is as good as away. */
const PATIENCE_MS = 2_000;

/**
 * `/health/live`: the process answers. `/health/ready`: it may be sent people, that is, the database (and Redis, where
 * there is one) answers and the server is not about to end. Neither tells a stranger more than that.
 */
export function createHealth({
  db,
  redis,
}: {
  db: Pick<Database, 'ping'>;
  redis?: Pick<Redis, 'ping'> | undefined;
}) {
  let isDraining = false;

  async function checks(): Promise<Record<string, 'ok' | 'away'>> {
    const [database, short] = await Promise.all([answers(db), redis && answers(redis)]);
    return { database, ...(short && { redis: short }) };
  }

  const routes: Route[] = [
    {
      method: 'GET',
      path: '/health/live',
      headers: 'api',
      handle: (ctx) => answer(ctx, 200, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      headers: 'api',
      async handle(ctx) {
        if (isDraining) return answer(ctx, 503, { status: 'draining' });
        const result = await checks();
        const isReady = Object.values(result).every((found) => found === 'ok');
        answer(ctx, isReady ? 200 : 503, { status: isReady ? 'ok' : 'not ready', checks: result });
      },
    },
  ];

  return {
    routes,
    /** From now on `/health/ready` says no, so that nobody new is sent here. */
    drain(): void {
      isDraining = true;
    },
  };
}

async function answers(store: { ping(): Promise<void> }): Promise<'ok' | 'away'> {
  const late = new Promise<'away'>((resolve) => setTimeout(resolve, PATIENCE_MS, 'away').unref());
  const asked = store.ping().then(
    () => 'ok' as const,
    () => 'away' as const,
  );
  return await Promise.race([asked, late]);
}

function answer(ctx: RouteContext, status: number, body: Record<string, unknown>): void {
  ctx.status = status;
  if (status === 503) ctx.res.setHeader('Retry-After', '5');
  ctx.type = 'application/json';
  ctx.body = JSON.stringify(body);
}
