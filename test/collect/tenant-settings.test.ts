import { describe, expect, it } from 'vitest';
import { PLANS } from '../../lambda/auth0/plan.ts';
import { readTenantSettings } from '../../lambda/collect/tenant-settings.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { AUDIT_MODE_DEFAULT, AUDIT_MODES, ENV, PLAN_NAMES } from '../../lambda/platform/names.ts';

const ENVIRONMENT: Record<string, string | undefined> = {
  [ENV.tenant]: 'acme',
  [ENV.auth0Domain]: 'acme.eu.auth0.com',
  [ENV.credentialsSecretArn]: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme',
  [ENV.auth0Plan]: 'professional',
  [ENV.collectionTable]: 'collection',
  [ENV.queueUrl]: 'https://sqs.example.com/111122223333/batches',
  [ENV.bucket]: 'collected',
};

const read = (change: Record<string, string | undefined> = {}) =>
  readTenantSettings({ ...ENVIRONMENT, ...change });

function failureOf(change: Record<string, string | undefined>): CollectorError {
  try {
    read(change);
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('the settings of a tenant', () => {
  it('come from the environment, with the defaults for what may be left out', () => {
    expect(read()).toMatchObject({
      tenant: 'acme',
      domain: {
        host: 'acme.eu.auth0.com',
        origin: 'https://acme.eu.auth0.com',
        audience: 'https://acme.eu.auth0.com/api/v2/',
      },
      credentialsSecretArn: ENVIRONMENT[ENV.credentialsSecretArn],
      collectionStart: '',
      plan: PLANS.professional,
      rateShare: 0.5,
      auditMode: AUDIT_MODE_DEFAULT,
      httpsProxyUrl: undefined,
      table: 'collection',
      queueUrl: ENVIRONMENT[ENV.queueUrl],
      bucket: 'collected',
    });
  });

  it('take what may be left out', () => {
    const settings = read({
      [ENV.auth0Domain]: 'login.example.com',
      [ENV.canonicalDomain]: 'acme.eu.auth0.com',
      [ENV.collectionStart]: '2026-05-01',
      [ENV.rateShare]: '0.25',
      [ENV.httpsProxyUrl]: 'http://proxy.example.com:3128',
    });
    expect(settings).toMatchObject({
      domain: { host: 'login.example.com', audience: 'https://acme.eu.auth0.com/api/v2/' },
      collectionStart: '2026-05-01',
      rateShare: 0.25,
      httpsProxyUrl: 'http://proxy.example.com:3128',
    });
  });

  it.each(AUDIT_MODES)('know the audit mode %s', (mode) => {
    expect(read({ [ENV.audit]: mode }).auditMode).toBe(mode);
  });

  it.each(PLAN_NAMES)('know the plan %s', (plan) => {
    expect(read({ [ENV.auth0Plan]: plan }).plan).toBe(PLANS[plan]);
  });

  it.each(Object.keys(ENVIRONMENT))('are refused without %s, by its name', (variable) => {
    const failure = failureOf({ [variable]: undefined });
    expect(failure.code).toBe('CONFIG_ENVIRONMENT');
    expect(failure.message).toContain(`${variable} is not set`);
    expect(failureOf({ [variable]: '' }).message).toContain(variable);
  });

  it.each([
    [ENV.tenant, 'Acme'],
    [ENV.tenant, 'a'],
    [ENV.tenant, '../acme'],
    [ENV.tenant, `a${'b'.repeat(32)}`],
    [ENV.auth0Plan, 'gold'],
    [ENV.audit, 'sometimes'],
    [ENV.rateShare, '0'],
    [ENV.rateShare, '-0.1'],
    [ENV.rateShare, '1.01'],
    [ENV.rateShare, 'half'],
    [ENV.rateShare, 'NaN'],
    [ENV.httpsProxyUrl, ''],
    [ENV.httpsProxyUrl, 'proxy.example.com:3128'],
    [ENV.httpsProxyUrl, 'http://proxy.example.com:99999'],
  ])('are refused with %s set to "%s"', (variable, value) => {
    const failure = failureOf({ [variable]: value });
    expect(failure.code).toBe('CONFIG_ENVIRONMENT');
    expect(failure.message).toContain(`${variable} is "${value}"`);
  });

  it('are refused with a domain that is none', () => {
    expect(failureOf({ [ENV.auth0Domain]: 'https://acme.eu.auth0.com' }).code).toBe(
      'CONFIG_DOMAIN',
    );
    expect(failureOf({ [ENV.auth0Domain]: 'login.example.com' }).code).toBe('CONFIG_DOMAIN');
  });
});
