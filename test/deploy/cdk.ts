/** Deploys with the project's own CDK, from a copy of the sources, so that the working tree stays clean. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ACCOUNT, type MiniStack, REGION } from './ministack.ts';
import { fitAssembly } from './repairs.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CDK = join(REPOSITORY, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const SOURCES = ['cdk.json', 'infra', 'lambda', 'package.json', 'package-lock.json', 'run.mjs'];

/** An entry of `tenants.json`. */
export type TenantEntry = Readonly<Record<string, unknown>>;

/** The outputs of the stacks, by stack and name. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Deployed {
  readonly outputs: Outputs;
  /** Everything that the CLI wrote. */
  readonly text: string;
}

/** A deployment that is changed step by step. */
export class CdkApp {
  readonly #folder: string;
  readonly #sources: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(folder: string, { environment }: MiniStack) {
    this.#folder = folder;
    this.#sources = join(folder, 'app');
    mkdirSync(this.#sources);
    for (const name of SOURCES) {
      cpSync(join(REPOSITORY, name), join(this.#sources, name), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.#sources, 'node_modules'));
    this.#environment = {
      ...process.env,
      ...environment,
      // The CLI keeps which account a key belongs to, and looks there before it asks.
      CDK_HOME: join(folder, 'cdk-home'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    };
  }

  /** Where the templates of the last deployment are. */
  get assembly(): string {
    return join(this.#folder, 'cdk.out');
  }

  async bootstrap(): Promise<void> {
    // Outside of the sources: there, it would run the app first.
    await this.#cdk(['bootstrap', `aws://${ACCOUNT}/${REGION}`], this.#folder);
  }

  /** Makes the code of both functions another one without changing what it does. */
  changeCode(): void {
    for (const handler of ['poller.ts', 'ingest.ts']) {
      const path = join(this.#sources, 'lambda', handler);
      appendFileSync(path, "\nexport const release = 'another';\n");
    }
  }

  /** `cdk deploy --all`; the parameters are written `STACK:NAME=VALUE`. */
  async deploy(tenants: readonly TenantEntry[], parameters: readonly string[] = []) {
    await this.#synthesize(tenants);
    const outputsFile = join(this.#folder, 'outputs.json');
    const options = ['--require-approval', 'never', '--method', 'direct', '--progress', 'events'];
    const text = await this.#cdk([
      ...['deploy', '--all', '--app', this.assembly, ...options, '--outputs-file', outputsFile],
      ...parameters.flatMap((parameter) => ['--parameters', parameter]),
    ]);
    const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Outputs;
    return { outputs, text } satisfies Deployed;
  }

  /** `cdk destroy` of one stack as it was deployed last. */
  async destroy(stack: string): Promise<void> {
    await this.#cdk(['destroy', stack, '--app', this.assembly, '--exclusively', '--force']);
  }

  async #synthesize(tenants: readonly TenantEntry[]): Promise<void> {
    const tenantsFile = join(this.#folder, 'tenants.json');
    writeFileSync(tenantsFile, JSON.stringify({ tenants }));
    rmSync(this.assembly, { recursive: true, force: true });
    const context = ['--context', `tenantsFile=${tenantsFile}`];
    await this.#cdk(['synth', '--quiet', '--output', this.assembly, ...context]);
    fitAssembly(this.assembly);
  }

  #cdk(args: readonly string[], folder = this.#sources): Promise<string> {
    const child = spawn(process.execPath, [CDK, ...args], {
      cwd: folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const note = (chunk: Buffer) => {
      text += chunk.toString('utf8');
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(text);
        else reject(new Error(`cdk ${args[0]} ended with code ${code}:\n${text}`));
      });
    });
  }
}
