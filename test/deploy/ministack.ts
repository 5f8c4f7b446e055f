/** MiniStack, an AWS emulator that runs CloudFormation templates and Lambda code without Docker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { executableOf, type PythonTool } from '../python-tool.ts';

export const MINISTACK: PythonTool = {
  name: 'ministack',
  version: '1.5.33',
  requirements: join(import.meta.dirname, 'requirements.txt'),
};

const START_TIMEOUT_MS = 60_000;

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** Nobody is asked for these: the emulator takes any, and the key id chooses the account. */
const CREDENTIALS = { accessKeyId: ACCOUNT, secretAccessKey: 'test' } as const;

/** A running emulator. */
export interface MiniStack {
  readonly endpoint: string;
  /** What an AWS client or tool needs to talk to it instead of AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same, for the constructor of a client. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof CREDENTIALS;
    readonly maxAttempts: number;
  };
  stop(): Promise<void>;
}

/** Starts an empty MiniStack on a free port; what it writes goes into the folder. */
export async function startMiniStack(folder: string): Promise<MiniStack> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logPath = join(folder, 'ministack.log');
  const log = openSync(logPath, 'w');
  const child = spawn(executableOf(MINISTACK), [], {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      // Lambda code runs under the `node` that it finds; AWS runs it under Node 24, too.
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      // Functions call with their own roles, and what their policies don't allow is refused.
      AUTH: 'true',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      BIND_HOST: '127.0.0.1',
      // Two listeners that would open on all interfaces all the same.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      STATE_DIR: join(folder, 'state'),
      TMPDIR: folder,
    },
  });
  try {
    await untilItAnswers(endpoint, child);
  } catch (thrown) {
    child.kill('SIGKILL');
    throw new Error(`${String(thrown)}\n${readFileSync(logPath, 'utf8')}`);
  }
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
    },
    client: { endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 2 },
    stop: () => stop(child),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`MiniStack ended with code ${child.exitCode}`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('MiniStack did not answer in time');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const isEnded = await Promise.race([ended.then(() => true), sleep(10_000, false)]);
  if (isEnded) return;
  child.kill('SIGKILL');
  await ended;
}
