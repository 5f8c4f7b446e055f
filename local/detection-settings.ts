import { existsSync, readFileSync } from 'node:fs';
import { RULES } from '../lambda/detect/rules/catalogue.ts';
import { type DetectionSettings, readDetectionSettings } from '../lambda/detect/settings.ts';
import { CollectorError } from '../lambda/platform/errors.ts';
import { UsageError } from './usage-error.ts';

/** The file that the deployment's tenants are named in. */
export const TENANTS_FILE = 'tenants.json';

/**
 * What the tenants of a file say of their detection, as the text that the detector reads. Without
 * the file every tenant has the defaults.
 */
export function detectionSettingsText(tenantsFile: string): string {
  if (!existsSync(tenantsFile)) return '{}';
  const entries = tenantsOf(readFileSync(tenantsFile, 'utf8'), tenantsFile);
  const said = entries.flatMap(({ name, detection }) =>
    detection === undefined ? [] : [[String(name), detection] as const],
  );
  return JSON.stringify(Object.fromEntries(said));
}

/**
 * The settings by tenant.
 *
 * @throws {UsageError} naming file, tenant and field
 */
export function detectionSettings(tenantsFile: string): (tenant: string) => DetectionSettings {
  try {
    return readDetectionSettings(detectionSettingsText(tenantsFile), RULES);
  } catch (thrown) {
    if (!(thrown instanceof CollectorError)) throw thrown;
    throw new UsageError(`${tenantsFile}: ${thrown.message}`);
  }
}

interface TenantEntry {
  readonly name?: unknown;
  readonly detection?: unknown;
}

function tenantsOf(text: string, path: string): readonly TenantEntry[] {
  try {
    const { tenants } = JSON.parse(text);
    return Array.isArray(tenants) ? tenants : [];
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${path} is not JSON: ${why}`);
  }
}
