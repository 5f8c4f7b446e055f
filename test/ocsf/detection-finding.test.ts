import { describe, expect, it } from 'vitest';
import { type FindingFacts, findingToOcsf } from '../../lambda/ocsf/detection-finding.ts';
import { CLASS_SHAPES } from '../../lambda/ocsf/shapes.ts';
import { strangers } from './strangers.ts';
import { faultsOf, SCHEMA_VERSIONS } from './validator.ts';

const finding: FindingFacts = {
  id: 'inc-1',
  tenant: 'acme',
  ruleId: 'LOG-01',
  title: 'Many failed logins from one address',
  family: 'user_login_anomaly',
  description: '42 failed logins from 192.0.2.1 within ten minutes.',
  severity: 'high',
  firstSeenMs: 1_000,
  lastSeenMs: 5_000,
  createdMs: 6_000,
  count: 42,
  status: 'new',
  entity: { kind: 'ip', value: '192.0.2.1' },
  attack: [
    { id: 'T1110.003', name: 'Password Spraying', tactic: 'TA0006' },
    { id: 'T1078', name: 'Valid Accounts', tactic: 'Initial Access' },
    { id: 'T1556' },
  ],
  attackVersion: '19',
  evidenceLogIds: ['9001', '9002'],
  remediation: 'Block the address.',
};

const entities = [
  { kind: 'ip', value: '192.0.2.1' },
  { kind: 'ip', value: 'p_pseudonym' },
  { kind: 'user', value: 'auth0|1' },
  { kind: 'user', value: 'ann@example.com' },
  { kind: 'client', value: 'abc' },
  { kind: 'tenant', value: 'acme' },
  { kind: 'token-family', value: 'f1' },
];

describe('a finding', () => {
  it.each(entities)('about $kind $value is valid in every version', (entity) => {
    for (const status of ['new', 'update'] as const) {
      for (const severity of ['info', 'low', 'medium', 'high', 'critical'] as const) {
        const { record } = findingToOcsf({ ...finding, entity, status, severity }, '1.3.0');
        const faults = SCHEMA_VERSIONS.flatMap((version) => faultsOf(version, record));
        expect(faults).toEqual([]);
        expect(strangers(CLASS_SHAPES.detection_finding, record)).toEqual([]);
      }
    }
  });

  it('without techniques and evidence is valid', () => {
    const { record } = findingToOcsf({ ...finding, attack: [], evidenceLogIds: [] }, '1.8.0');
    expect(faultsOf('1.8.0', record)).toEqual([]);
  });

  it('tells technique, sub-technique and tactic apart', () => {
    const { record } = findingToOcsf(finding, '1.8.0');
    expect(record['finding_info']).toMatchObject({
      uid: 'inc-1',
      title: 'Many failed logins from one address',
      analytic: { uid: 'LOG-01', type: 'Rule' },
      attacks: [
        {
          version: '19',
          tactic: { uid: 'TA0006' },
          technique: { uid: 'T1110' },
          sub_technique: { uid: 'T1110.003', name: 'Password Spraying' },
        },
        { tactic: { name: 'Initial Access' }, technique: { uid: 'T1078', name: 'Valid Accounts' } },
        { version: '19', technique: { uid: 'T1556' } },
      ],
      related_events: [{ uid: '9001' }, { uid: '9002' }],
    });
  });

  it('is found by what it is about', () => {
    const observed = entities.map(
      (entity) => findingToOcsf({ ...finding, entity }, '1.8.0').record['observables'],
    );
    expect(observed).toMatchObject(
      [
        ['IP Address', 'evidences.src_endpoint.ip'],
        ['Resource UID', 'resources.uid'],
        ['User ID', 'evidences.user.uid'],
        ['Email Address', 'evidences.user.email_addr'],
        ['Resource UID', 'resources.uid'],
        ['Resource UID', 'resources.uid'],
        ['Resource UID', 'resources.uid'],
      ].map(([type, name], index) => [{ type, name, value: entities[index]?.value }]),
    );
  });

  it('is created when it is raised and updated when it was last seen', () => {
    const raised = findingToOcsf(finding, '1.8.0').record;
    const updated = findingToOcsf({ ...finding, status: 'update' }, '1.8.0').record;
    expect(raised).toMatchObject({ type_uid: 200401, activity_name: 'Create', time: 6_000 });
    expect(updated).toMatchObject({ type_uid: 200402, activity_name: 'Update', time: 5_000 });
  });
});
