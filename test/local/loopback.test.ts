import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { simulateTenant } from '../../local/simulate.ts';
import { temporaryFolder } from './tenant-client.ts';

const LISTEN = '0A';

interface Listener {
  readonly address: string;
  readonly port: number;
}

/** The TCP sockets of this process that wait for connections, as the kernel has them. */
function listeners(): Listener[] {
  const inodes = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
      } catch {
        // The descriptor of the listing itself is closed by now.
        return [];
      }
    }),
  );
  return ['/proc/self/net/tcp', '/proc/self/net/tcp6']
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && inodes.has(fields[9] ?? ''))
    .map((fields) => {
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      return { address: dotted(address), port: Number.parseInt(port, 16) };
    });
}

/** IPv4 is written as one little-endian number; IPv6 stays as it is and equals nothing here. */
const dotted = (hex: string): string =>
  hex.length === 8 ? [...Buffer.from(hex, 'hex').reverse()].join('.') : hex;

async function listenOn(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

// Only Linux says by files which sockets a process has.
describe.skipIf(process.platform !== 'linux')('on Linux, where /proc tells,', () => {
  it('a socket on all interfaces would be seen', async () => {
    const open = await listenOn('0.0.0.0');
    const own = await listenOn('127.0.0.1');
    const seen = listeners();
    expect(seen).toContainEqual({ address: '0.0.0.0', port: open });
    expect(seen).toContainEqual({ address: '127.0.0.1', port: own });
  });

  it('the embedded AWS and the simulated tenant listen on 127.0.0.1 only', async () => {
    const before = listeners();
    const dir = temporaryFolder();
    const aws = await startEmbeddedAws(join(dir, 'aws'));
    onTestFinished(() => aws.stop());
    const tenant = await simulateTenant({
      dir: join(dir, 'tenant'),
      plan: 'enterprise',
      events: 1,
      seed: 1,
      eventsFile: undefined,
      asIs: false,
      isLive: false,
    });
    onTestFinished(() => tenant.stop());
    const ports = before.map(({ port }) => port);
    const started = listeners().filter(({ port }) => !ports.includes(port));
    // DynamoDB, SQS with S3, Secrets Manager, the tenant.
    expect(started.map(({ address }) => address)).toEqual(Array(4).fill('127.0.0.1'));
    expect(started.map(({ port }) => `127.0.0.1:${port}`)).toContain(tenant.host);
  });
});
