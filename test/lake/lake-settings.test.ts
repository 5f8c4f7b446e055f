import { describe, expect, it } from 'vitest';
import { readLakeSettings } from '../../lambda/lake/lake-settings.ts';

const BASE = { COLLECTION_TABLE: 'table', BUCKET: 'bucket' };
const LAKE = {
  bucket: 'aws-security-data-lake-eu-west-1-abc',
  source: 'auth0',
  region: 'eu-west-1',
  accountId: 'external',
};

describe('the settings of the lake', () => {
  it('are its own layout and clear names unless something else is said', () => {
    const settings = { table: 'table', bucket: 'bucket' };
    const own = { ...settings, securityLake: undefined, pseudonymSecretArn: undefined };
    expect(readLakeSettings(BASE)).toEqual(own);
    const said = { LAKE_LAYOUT: 'own', SECURITY_LAKE: '', PSEUDONYM_SECRET_ARN: '' };
    expect(readLakeSettings({ ...BASE, ...said })).toEqual(own);
  });

  it('take Security Lake from JSON, and only if its layout is asked for', () => {
    const written = { ...BASE, SECURITY_LAKE: JSON.stringify(LAKE) };
    expect(readLakeSettings(written).securityLake).toBeUndefined();
    const asked = { ...written, LAKE_LAYOUT: 'security-lake' };
    expect(readLakeSettings(asked).securityLake).toEqual(LAKE);
  });

  it.each([
    ['no JSON', 'bucket'],
    ['nothing', ''],
    ['a part', JSON.stringify({ ...LAKE, source: undefined })],
    ['a path in the source', JSON.stringify({ ...LAKE, source: '../auth0' })],
    ['an account that is none', JSON.stringify({ ...LAKE, accountId: '12' })],
    ['more than is known', JSON.stringify({ ...LAKE, role: 'x' })],
  ])('refuse %s for Security Lake and name the variable', (_what, text) => {
    const environment = { ...BASE, LAKE_LAYOUT: 'security-lake', SECURITY_LAKE: text };
    expect(() => readLakeSettings(environment)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_ENVIRONMENT',
        message: expect.stringContaining('SECURITY_LAKE'),
      }),
    );
  });

  it.each(['COLLECTION_TABLE', 'BUCKET'])('need %s', (name) => {
    expect(() => readLakeSettings({ ...BASE, [name]: undefined })).toThrow(name);
  });

  it('refuse a layout that is not known', () => {
    expect(() => readLakeSettings({ ...BASE, LAKE_LAYOUT: 'delta' })).toThrow('LAKE_LAYOUT');
  });
});
