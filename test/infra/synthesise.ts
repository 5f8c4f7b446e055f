import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildStacks, type DeploymentOptions } from '../../infra/stacks.ts';
import { parseTenants } from '../../infra/tenants.ts';
import type { Resource, TemplateJson } from './evaluate.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** A deployment as `cdk synth` writes it: the shared stack, and one stack per tenant. */
export interface Deployment {
  readonly collector: TemplateJson;
  readonly tenants: Readonly<Record<string, TemplateJson>>;
  /** All of them. */
  readonly templates: readonly TemplateJson[];
}

/** The context that `cdk` hands to the app, but nothing is bundled. */
export function appContext(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8'));
  return { ...context, 'aws:cdk:bundling-stacks': [] };
}

/** What a deployment is made with beside its tenants; `network` and `lake` as in `tenants.json`. */
export interface Chosen extends DeploymentOptions {
  readonly network?: unknown;
  readonly lake?: unknown;
}

/** Synthesises the stacks of tenants as `tenants.json` lists them. */
export function synthesise(entries: unknown[], chosen: Chosen = {}): Deployment {
  const { network, lake, ...options } = chosen;
  const outdir = mkdtempSync(join(tmpdir(), 'synthesised-'));
  try {
    const app = new App({ outdir, context: appContext() });
    const settings = parseTenants({
      tenants: entries,
      ...(network !== undefined && { network }),
      ...(lake !== undefined && { lake }),
    });
    buildStacks(app, settings, options);
    const assembly = app.synth();
    const template = (id: string): TemplateJson => assembly.getStackArtifact(id).template;
    const collector = template('Auth0Collector');
    const tenants = Object.fromEntries(
      settings.tenants.map(({ name }) => [name, template(`Auth0Collector-${name}`)]),
    );
    return { collector, tenants, templates: [collector, ...Object.values(tenants)] };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The resources of a type, by logical id. */
export function resourcesOf(template: TemplateJson, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}
