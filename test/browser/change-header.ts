import type { ServerResponse } from 'node:http';

/** Changes a header of one answer, however it is set, right before it is sent. */
export function changeHeader(res: ServerResponse, name: string, change: (value: string) => string): void {
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => ServerResponse;
  res.writeHead = ((...args: unknown[]) => {
    const value = res.getHeader(name);
    if (value !== undefined)
      res.setHeader(name, Array.isArray(value) ? value.map(change) : change(`${value}`));
    return writeHead(...args);
  }) as typeof res.writeHead;
}

/** Sets a header of the pages (HTML) of one answer. */
export function addToPages(res: ServerResponse, name: string, value: string): void {
  changeHeader(res, 'content-type', (type) => {
    if (type.startsWith('text/html')) res.setHeader(name, value);
    return type;
  });
}
