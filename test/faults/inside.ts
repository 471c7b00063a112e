import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Loaded into a server by `look-inside.ts`: tells from inside what the process holds and how its time passes, on a
 * socket beside the server's own.
 */

/**
 * Memory is told after a collection, so that garbage that waits for one is not taken for growth. `heapKib` is without the
 * code that V8 makes of ours, which goes on for many minutes.
 */
export type Held = {
  heapKib: number;
  outsideKib: number;
  residentKib: number;
  timers: number;
  sockets: number;
  files: number;
};

/** Tenths of a second in which this process had the processor now and then. */
export type Beats = { beats: number };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
let beats = 0;
setInterval(() => {
  beats += 1;
}, 100).unref();

const socket = `${process.env.INSIDE_SOCKETS}/${process.env.PORT}`;
// The launcher gives way to a process with the same arguments, this file among them.
rmSync(socket, { force: true });
createServer((req, res) => {
  const told: Held | Beats = req.url === '/beats' ? { beats } : look();
  res.setHeader('Connection', 'close');
  res.end(JSON.stringify(told));
})
  .listen(socket)
  .unref();

function look(): Held {
  // Twice: buffers that one collection found to be garbage still count as `external` until the next one begins, and until
  // then the figure is what was handled since the last one, megabytes up and down.
  collect();
  collect();
  const { external, rss } = process.memoryUsage();
  const heap = getHeapSpaceStatistics()
    .filter(({ space_name: name }) => !/code|trusted/.test(name))
    .reduce((sum, { space_used_size: size }) => sum + size, 0);
  const open = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // the folder itself, closed meanwhile
    }
  });
  const sockets = open.filter((name) => name.startsWith('socket:')).length;
  return {
    heapKib: Math.round(heap / 1024),
    outsideKib: Math.round(external / 1024),
    residentKib: Math.round(rss / 1024),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    sockets,
    files: open.length - sockets,
  };
}
