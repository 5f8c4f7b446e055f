import { describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';
import { CHOICES, chosenFor, severityOf } from '../../lambda/ocsf/class-table.ts';
import { SCHEMA_VERSIONS, SCHEMAS } from './validator.ts';

const chosen = (event: Record<string, unknown>) => chosenFor(factsOf(event));

describe('the table of classes', () => {
  it('chooses for every known code, once', () => {
    const codes = CHOICES.map(([code]) => code);
    expect([...codes].sort()).toEqual(Object.keys(EVENT_TYPES).sort());
  });

  it('has the activities of every version, by number and name', () => {
    for (const [code, choice] of CHOICES) {
      if (choice.activity === 'by-method') continue;
      const { id, name } = choice.activity;
      for (const version of SCHEMA_VERSIONS) {
        const known = SCHEMAS[version].classes[choice.class]?.enums['activity_id'];
        expect(known?.[id], code).toBe(id === 99 ? 'Other' : name);
      }
    }
  });

  it.each([
    ['s', 'authentication', 'Logon'],
    ['limit_wc', 'authentication', 'Logon'],
    ['cls', 'authentication', 'Preauth'],
    ['seacft', 'authentication', 'Token Exchange'],
    ['gd_auth_failed', 'authentication', 'Second Factor'],
    ['slo', 'authentication', 'Logoff'],
    ['ss', 'account_change', 'Create'],
    ['signup_pwd_leak', 'account_change', 'Create'],
    ['scp', 'account_change', 'Password Change'],
    ['scpr', 'account_change', 'Password Reset'],
    ['sdu', 'account_change', 'Delete'],
    ['gd_unenroll', 'account_change', 'MFA Factor Disable'],
    ['mgmt_api_read', 'api_activity', 'Read'],
    ['api_limit', 'api_activity', 'Rate Limit'],
    ['brand_new', 'api_activity', 'Other'],
    ['constructor', 'api_activity', 'Other'],
  ])('takes %s for %s: %s', (type, name, activity) => {
    expect(chosen({ type })).toMatchObject({ class: name, activity: { name: activity } });
  });

  it.each([
    ['get', 'Read'],
    ['POST', 'Create'],
    ['put', 'Update'],
    ['PATCH', 'Update'],
    ['delete', 'Delete'],
    ['TRACE', 'Other'],
    ['toString', 'Other'],
  ])('reads the activity of a call off its method: %s, %s', (method, activity) => {
    const details = { request: { method, path: '/api/v2/clients' } };
    expect(chosen({ type: 'sapi', details }).activity.name).toBe(activity);
  });
});

describe('severity', () => {
  it('is that of the outcome unless the code says more', () => {
    expect(severityOf('s', 'success')).toBe('info');
    expect(severityOf('w', 'info')).toBe('info');
    expect(severityOf('fp', 'failure')).toBe('low');
    expect(severityOf('limit_wc', 'failure')).toBe('medium');
    expect(severityOf('pwd_leak', 'failure')).toBe('high');
    expect(severityOf('gd_unenroll', 'info')).toBe('medium');
  });
});
