import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factsOf, type JsonObject } from '../../lambda/auth0/event-facts.ts';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';
import { type OcsfVersion, toOcsf } from '../../lambda/ocsf/to-ocsf.ts';
import { faultsOf } from './validator.ts';

const CASES = join(import.meta.dirname, 'cases');
const folders = readdirSync(CASES);

interface Input {
  readonly description: string;
  readonly version: OcsfVersion;
  readonly event: JsonObject;
}

const readCase = (folder: string, file: string): unknown =>
  JSON.parse(readFileSync(join(CASES, folder, file), 'utf8'));

describe('an event', () => {
  it('of each family is among the cases, in both shapes', () => {
    const families = new Set(Object.values(EVENT_TYPES).map(({ category }) => category));
    const wanted = [...families].flatMap((family) => [`${family}-polled`, `${family}-streamed`]);
    expect(folders).toEqual(expect.arrayContaining(wanted));
  });

  it.each(folders)('becomes the record that the case %s says', (folder) => {
    const { description, version, event } = readCase(folder, 'input.json') as Input;
    const context = { tenant: 'acme', rawData: 'the text of the event', version };
    const mapped = toOcsf(factsOf(event), context);
    expect(mapped, description).toEqual(readCase(folder, 'expected.json'));
    expect(faultsOf(version, mapped.record)).toEqual([]);
  });
});
