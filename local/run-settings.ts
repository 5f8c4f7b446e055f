import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PLAN_NAMES } from '../lambda/platform/names.ts';

/** What a run collects from, kept so that `collector check` can look at it later. */
const RUN_SETTINGS = z.object({
  domain: z.string(),
  canonicalDomain: z.string(),
  plan: z.enum(PLAN_NAMES),
  isSimulated: z.boolean(),
});

export type RunSettings = z.infer<typeof RUN_SETTINGS>;

export function keepRunSettings(dataDir: string, tenant: string, settings: RunSettings): void {
  mkdirSync(folderOf(dataDir, tenant), { recursive: true });
  writeFileSync(pathOf(dataDir, tenant), JSON.stringify(settings, null, 2));
}

/** The settings of the last run of a tenant, if there was one. */
export function keptRunSettings(dataDir: string, tenant: string): RunSettings | undefined {
  const path = pathOf(dataDir, tenant);
  if (!existsSync(path)) return undefined;
  return RUN_SETTINGS.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
}

const folderOf = (dataDir: string, tenant: string): string => join(dataDir, 'tenants', tenant);
const pathOf = (dataDir: string, tenant: string): string =>
  join(folderOf(dataDir, tenant), 'settings.json');
