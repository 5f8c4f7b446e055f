import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const SECRETS = z.record(
  z.string(),
  z.object({
    arn: z.string(),
    versions: z.array(z.object({ id: z.string(), text: z.string(), stages: z.array(z.string()) })),
  }),
);

type Secrets = z.infer<typeof SECRETS>;
type Stored = Secrets[string];
type Input = Readonly<Record<string, unknown>>;

/** An error as Secrets Manager answers it. */
class ApiError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * The part of the Secrets Manager API that a collector and its operator use, with versions and
 * staging labels, kept in one file that only its owner may read.
 */
export async function startSecretsManager(
  path: string,
  port: number,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const store = new SecretStore(path);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const action = String(request.headers['x-amz-target'] ?? '').replace('secretsmanager.', '');
    const { status, body } = answer(store, action, Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

function answer(store: SecretStore, action: string, text: string) {
  try {
    return { status: 200, body: store.run(action, JSON.parse(text)) };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return { status: 400, body: { __type: thrown.type, Message: thrown.message } };
  }
}

class SecretStore {
  readonly #path: string;
  readonly #secrets: Secrets;

  constructor(path: string) {
    this.#path = path;
    this.#secrets = existsSync(path) ? SECRETS.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
  }

  run(action: string, input: Input): unknown {
    switch (action) {
      case 'CreateSecret':
        return this.#create(String(input['Name']), input);
      case 'PutSecretValue':
        return this.#put(this.#named(input), input);
      case 'GetSecretValue':
        return this.#get(this.#named(input), input);
      case 'UpdateSecretVersionStage':
        return this.#moveStage(this.#named(input), input);
      default:
        throw new ApiError('InvalidAction', `The action ${action} is not served here`);
    }
  }

  #create(name: string, input: Input): unknown {
    if (this.#secrets[name] !== undefined) {
      throw new ApiError('ResourceExistsException', `The secret ${name} already exists.`);
    }
    const arn = `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-local1`;
    const secret: Stored = { arn, versions: [] };
    this.#secrets[name] = secret;
    return input['SecretString'] === undefined
      ? this.#saved({ ARN: arn, Name: name })
      : this.#put([name, secret], input);
  }

  /** A new version is current, the one before it previous, unless other stages are given. */
  #put([name, secret]: [string, Stored], input: Input): unknown {
    const id = String(input['ClientRequestToken'] ?? randomUUID());
    const stages = (input['VersionStages'] as string[] | undefined) ?? ['AWSCURRENT'];
    secret.versions.push({ id, text: String(input['SecretString']), stages: [] });
    for (const stage of stages) assignStage(secret, stage, id);
    return this.#saved({ ARN: secret.arn, Name: name, VersionId: id, VersionStages: stages });
  }

  #get([name, secret]: [string, Stored], input: Input): unknown {
    const stage = String(input['VersionStage'] ?? 'AWSCURRENT');
    const found = secret.versions.find(({ id, stages }) =>
      input['VersionId'] === undefined ? stages.includes(stage) : id === input['VersionId'],
    );
    if (found === undefined) {
      throw new ApiError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: name,
      VersionId: found.id,
      VersionStages: found.stages,
      SecretString: found.text,
    };
  }

  #moveStage([name, secret]: [string, Stored], input: Input): unknown {
    assignStage(secret, String(input['VersionStage']), String(input['MoveToVersionId']));
    return this.#saved({ ARN: secret.arn, Name: name });
  }

  #named(input: Input): [string, Stored] {
    const wanted = String(input['SecretId']);
    const found = Object.entries(this.#secrets).find(
      ([name, { arn }]) => name === wanted || arn === wanted,
    );
    if (found !== undefined) return found;
    throw new ApiError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }

  #saved<T>(result: T): T {
    const text = JSON.stringify(this.#secrets, null, 2);
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    return result;
  }
}

function assignStage(secret: Stored, stage: string, id: string): void {
  for (const version of secret.versions) {
    if (stage === 'AWSCURRENT' && version.id !== id && version.stages.includes('AWSCURRENT')) {
      assignStage(secret, 'AWSPREVIOUS', version.id);
    }
    version.stages = version.stages.filter((other) => other !== stage);
    if (version.id === id) version.stages.push(stage);
  }
}
