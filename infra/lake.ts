/** What becomes of the events in the lake, and for how long it is kept: the setting. */
import { z } from 'zod';
import { SECURITY_LAKE_PATTERNS } from '../lambda/platform/names.ts';
import { SettingsError } from './settings-error.ts';
import { type Form, sentence } from './settings-sentence.ts';

/** Shorter, a batch could expire before the lake and detection have come to it. */
const DAYS_MIN = 30;
/** A hundred years. */
const DAYS_MAX = 36_500;

const KEPT = `expected a whole number of days from ${DAYS_MIN} to ${DAYS_MAX}; give how long they are kept, or leave the field out to keep them for ever`;

/** What is expected of each field, then what to do: the second half of every error sentence. */
const EXPECTED = {
  pseudonyms:
    'expected true or false; write true to keep pseudonyms in the lake in place of who is who',
  securityLake:
    'expected an object with only bucket, source, region, accountId; see docs/deployment.md for the form',
  bucket:
    'expected the name of the bucket of Security Lake; copy it from the settings of the region',
  source:
    'expected up to 40 letters, digits, hyphens and underscores; give what the names of the custom sources begin with, as in "auth0"',
  region: 'expected a region; write it as in "eu-west-1"',
  accountId:
    'expected 12 digits, or "external"; give the account that the custom sources are filed under',
  resultDays: `expected a whole number of days from 1 to ${DAYS_MAX}; give how long the answers of Athena are kept, or leave the field out for 7`,
} as const;

const text = (name: keyof typeof SECURITY_LAKE_PATTERNS) =>
  z.string(EXPECTED[name]).regex(SECURITY_LAKE_PATTERNS[name], EXPECTED[name]);

const days = (min: number, expected: string) =>
  z.int(expected).min(min, expected).max(DAYS_MAX, expected);

/** How long the answers of Athena are kept: they can be asked for again. */
const RESULT_DAYS_DEFAULT = 7;

const FIELDS = {
  /** Whether the lake holds pseudonyms in place of who is who. */
  pseudonyms: z.boolean(EXPECTED.pseudonyms).default(false),
  /** The custom sources of Amazon Security Lake that are written to as well. */
  securityLake: z
    .strictObject(
      {
        bucket: text('bucket'),
        source: text('source'),
        region: text('region'),
        accountId: text('accountId'),
      },
      EXPECTED.securityLake,
    )
    .optional(),
  /** Days that archive objects are kept; for ever when left out. */
  archiveDays: days(DAYS_MIN, KEPT).optional(),
  /** Days that lake objects are kept; for ever when left out. */
  lakeDays: days(DAYS_MIN, KEPT).optional(),
  /** Days that the objects of incidents are kept; for ever when left out. */
  incidentDays: days(DAYS_MIN, KEPT).optional(),
  /** Days that the answers of Athena are kept. */
  resultDays: days(1, EXPECTED.resultDays).default(RESULT_DAYS_DEFAULT),
};

/** The form of the setting in `tenants.json`. */
export const LakeSchema = z.strictObject(FIELDS);

/** The setting with its defaults filled in. */
export type LakeSettings = z.infer<typeof LakeSchema>;

/** The setting as it may be given: everything may be left out. */
export type LakeOptions = z.input<typeof LakeSchema>;

const NAMES = Object.keys(FIELDS);

export const FORM_OF_LAKE: Form = {
  fields: NAMES,
  content: `only ${NAMES.join(', ')}`,
  example: 'docs/deployment.md',
  hint: '',
};

/**
 * Fills in the defaults.
 *
 * @throws {SettingsError} naming the field, one sentence a line
 */
export function readLake(options: LakeOptions): LakeSettings {
  const parsed = LakeSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => sentence('lake', issue, FORM_OF_LAKE));
  throw new SettingsError(sentences.join('\n'));
}
