import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';

/** DynamoDB on loopback, kept in a folder. */
export async function startDynamoDb(
  dir: string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server: Server = dynalite({ path: dir, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
