import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PLAN_NAMES, TENANT_NAME_PATTERN } from '../lambda/platform/names.ts';

/** What a run collects from, kept so that `collector check` and later runs can look at it. */
const RUN_SETTINGS = z.object({
  domain: z.string(),
  canonicalDomain: z.string(),
  plan: z.enum(PLAN_NAMES),
  collectionStart: z.string().default(''),
  isSimulated: z.boolean(),
  /** Added in the console: every run on the folder collects it, until it is removed there. */
  isAdded: z.boolean().default(false),
});

export type RunSettings = z.infer<typeof RUN_SETTINGS>;

/** Keeps the settings of a tenant, whole or not at all. */
export function keepRunSettings(
  dataDir: string,
  tenant: string,
  settings: z.input<typeof RUN_SETTINGS>,
): void {
  mkdirSync(folderOf(dataDir, tenant), { recursive: true });
  const path = pathOf(dataDir, tenant);
  writeFileSync(`${path}.new`, JSON.stringify(settings, null, 2));
  renameSync(`${path}.new`, path);
}

/** The settings of the last run of a tenant, if there was one. */
export function keptRunSettings(dataDir: string, tenant: string): RunSettings | undefined {
  const path = pathOf(dataDir, tenant);
  if (!existsSync(path)) return undefined;
  return RUN_SETTINGS.safeParse(parseJson(readFileSync(path, 'utf8'))).data;
}

/** The names of the tenants that were added in the console and not removed, in their order. */
export function addedTenantNames(dataDir: string): readonly string[] {
  const dir = join(dataDir, 'tenants');
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => TENANT_NAME_PATTERN.test(name))
    .filter((name) => keptRunSettings(dataDir, name)?.isAdded)
    .sort();
}

const folderOf = (dataDir: string, tenant: string): string => join(dataDir, 'tenants', tenant);
const pathOf = (dataDir: string, tenant: string): string =>
  join(folderOf(dataDir, tenant), 'settings.json');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
