import { createServer, type IncomingMessage } from 'node:http';
import { listenOn } from '../support/site.ts';

/** What one address answers. `form`: the body of a POST. */
export type Answer = { status?: number; json: unknown; headers?: Record<string, string> };
export type Handler = (asked: {
  url: URL;
  form: URLSearchParams;
  headers: IncomingMessage['headers'];
}) => Answer | Promise<Answer>;

/**
 * A server of a few addresses, for providers that have a shape of their own: `routes` by path, and what was asked. It sends
 * nobody anywhere: a test takes the code from `code`.
 */
export async function startShaped(routesOf: (origin: string) => Readonly<Record<string, Handler>>) {
  const requests: string[] = [];
  let routes: Readonly<Record<string, Handler>> = {};
  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    requests.push(url.pathname);
    const handler = routes[url.pathname];
    const answer = handler ? await handler({ url, form, headers: req.headers }) : { status: 404, json: {} };
    res.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    res.end(JSON.stringify(answer.json));
  });
  const { origin, close } = await listenOn(server);
  routes = routesOf(origin);
  return {
    origin,
    requests,
    close,
  };
}
