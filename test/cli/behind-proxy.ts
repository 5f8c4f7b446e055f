import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { temporaryFolder } from '../e2e/command.ts';

/** A tenant on loopback, reached by commands under a name of Auth0's. */
export interface BehindProxy {
  /** Makes a command use the proxy, and trust the authority of the test. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/**
 * Starts a proxy whose every tunnel ends at a TLS server for `name`, and that hands on to the tenant:
 * what it takes to reach a simulated tenant by HTTPS and by name.
 *
 * @param hostOf where the tenant listens by now
 */
export async function startProxyTo(name: string, hostOf: () => string): Promise<BehindProxy> {
  const folder = temporaryFolder();
  const ca = await generate([{ name: 'commonName', value: 'Authority of the test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
  });
  const authority = join(folder.path, 'ca.pem');
  writeFileSync(authority, ca.cert);
  const front = createTlsServer({ key, cert }, (socket) => {
    const behind = connect(Number(hostOf().split(':')[1]), '127.0.0.1');
    for (const end of [socket, behind]) end.on('error', () => end.destroy());
    socket.pipe(behind).pipe(socket);
  });
  const proxy = createServer();
  proxy.on('connect', (_request, socket) => {
    const tunnel = connect(portOf(front), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    for (const end of [socket, tunnel]) end.on('error', () => end.destroy());
  });
  await listening(front);
  await listening(proxy);
  return {
    environment: {
      HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
      NODE_EXTRA_CA_CERTS: authority,
    },
    close: () => {
      front.close();
      proxy.close();
      folder.remove();
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
