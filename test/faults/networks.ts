import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { watch } from '../support/watchdog.ts';

/**
 * A machine of its own with several networks, each with one peer in it (Linux network namespaces): what this machine has
 * are only loopback addresses and its own. `undefined` where they may not be made (root, `ip` of iproute2).
 */
export function createNetworks(count: number): Networks | undefined {
  const prefix = `gh${randomBytes(3).toString('hex')}`;
  const server = `${prefix}s`;
  const peers = Array.from({ length: count }, (_, each) => ({
    namespace: `${prefix}p${each}`,
    cable: `${prefix}${each}`,
    address: `198.18.${each}.2`,
    serverAddress: `198.18.${each}.1`,
  }));
  const close = () => {
    for (const each of [server, ...peers.map(({ namespace }) => namespace)]) ip(`netns del ${each}`);
  };
  const isMade = [
    `netns add ${server}`,
    `-n ${server} link set lo up`,
    ...peers.flatMap(({ namespace, cable, address, serverAddress }) => [
      `netns add ${namespace}`,
      `-n ${server} link add ${cable} type veth peer name line netns ${namespace}`,
      `-n ${server} addr add ${serverAddress}/24 dev ${cable}`,
      `-n ${server} link set ${cable} up`,
      `-n ${namespace} addr add ${address}/24 dev line`,
      `-n ${namespace} link set line up`,
    ]),
  ].every(ip);
  if (!isMade) {
    close();
    return undefined;
  }
  return {
    /** What a program's command line begins with, so that it runs in the server's place. */
    inServer: ['ip', 'netns', 'exec', server],
    peers: peers.map(({ namespace, address, serverAddress }) => ({
      address,
      serverAddress,
      /** Starts a Node program there. */
      start(file: string, args: readonly string[]): ChildProcess {
        const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, file, ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        watch(child, { signal: 'KILL' });
        return child;
      },
    })),
    close,
  };
}

export type Networks = {
  inServer: [string, ...string[]];
  peers: {
    address: string;
    serverAddress: string;
    start(file: string, args: readonly string[]): ChildProcess;
  }[];
  close(): void;
};

/** Whether it could be done. */
function ip(command: string): boolean {
  try {
    execFileSync('ip', command.split(' '), { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
