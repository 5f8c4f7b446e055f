/** What tenants change about their detection: the setting, and the file that the detector reads. */
import { z } from 'zod';
import { RULES } from '../lambda/detect/rules/catalogue.ts';
import { detectionSchema } from '../lambda/detect/settings.ts';
import { SettingsError } from './settings-error.ts';
import { type Form, sentence } from './settings-sentence.ts';

/** The form of the setting of one tenant. */
export const DetectionSchema = detectionSchema(RULES);

/** The settings of tenants by their names; a tenant that is left out has the defaults. */
export type DetectionByTenant = Readonly<Record<string, unknown>>;

const BY_TENANT = z.record(z.string(), DetectionSchema);

const FORM: Form = {
  fields: [],
  content: 'the settings of each tenant by its name',
  example: 'docs/deployment.md',
  hint: '',
};

/**
 * The file from which the detector reads what the tenants change.
 *
 * @throws {SettingsError} naming tenant and field, one sentence a line
 */
export function detectionFile(settings: DetectionByTenant): string {
  const parsed = BY_TENANT.safeParse(settings);
  if (parsed.success) return JSON.stringify(parsed.data);
  const sentences = parsed.error.issues.map((issue) => sentence('detection', issue, FORM));
  throw new SettingsError(sentences.join('\n'));
}
