import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenOn } from '../support/site.ts';

/**
 * A plain HTTP balancer: each request goes to the next node, whoever asks and on whatever connection; when nobody
 * listens there, to the one after it. It knows nothing of cookies.
 */
export async function startBalancer() {
  const nodes: number[] = [];
  const answered = new Map<number, number>();
  let turn = 0;

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, attempt = 0) => {
    const port = nodes[turn++ % nodes.length] ?? 0;
    const { method, url: path, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      answered.set(port, (answered.get(port) ?? 0) + 1);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && attempt < nodes.length)
        pass(incoming, outgoing, body, attempt + 1);
      else outgoing.destroy();
    });
    onward.end(body);
  };

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    pass(incoming, outgoing, Buffer.concat(chunks));
  });
  const { origin, close } = await listenOn(server);

  return {
    url: origin,
    add: (port: number) => void nodes.push(port),
    /** How many requests each node has answered. */
    counts: () => nodes.map((port) => answered.get(port) ?? 0),
    close,
  };
}
