/** The building blocks of attacks. */
import type { Fields } from '../traffic/fields.ts';
import type { CallTold } from '../traffic/management.ts';
import type { Person } from '../traffic/people.ts';
import type { Session } from '../traffic/scene.ts';
import type { Application, ApplicationKind, Tenant } from '../traffic/tenant.ts';
import { type Attacker, impersonated, type Move, type Stage } from './attack.ts';

/** So many of something, by their number from 0. */
export const times = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => make(number));

/** The first application of a kind. */
export function applicationOf(tenant: Tenant, kind: ApplicationKind): Application {
  const application = tenant.applications.find((one) => one.kind === kind);
  if (application === undefined) throw new Error(`the tenant has no application of kind ${kind}`);
  return application;
}

/** The victim with this number; they come round. */
export function victim({ victims }: Stage, number = 0): Person {
  const person = victims[number % victims.length];
  if (person === undefined) throw new Error('nobody logs in among the first events');
  return person;
}

/** What a user does in the first application, from a machine of the attacker's. */
export const asUser = (
  { tenant }: Stage,
  code: string,
  person: Person,
  attacker: Attacker,
  session: Session,
  details?: Fields,
): Move => ({
  code,
  cast: 'spa',
  person: impersonated(person, attacker),
  device: attacker.device,
  application: applicationOf(tenant, 'spa'),
  session,
  ...(details !== undefined && { details }),
});

/** What the user does in the first application, at home. */
export const atHome = (
  { tenant }: Stage,
  code: string,
  person: Person,
  session: Session,
  details?: Fields,
): Move => ({
  code,
  cast: 'spa',
  person,
  device: person.desktop,
  application: applicationOf(tenant, 'spa'),
  session,
  ...(details !== undefined && { details }),
});

/** Auth0's own doubts about a login. */
export const doubts = (...assessors: ('NewDevice' | 'ImpossibleTravel')[]): Fields => {
  const low = new Set<string>(assessors);
  const assessment = (name: string, bad: string, good: string) =>
    low.has(name) ? { confidence: 'low', code: bad } : { confidence: 'high', code: good };
  return {
    riskAssessment: {
      confidence: 'low',
      version: '1',
      assessments: {
        UntrustedIP: { confidence: 'high', code: 'not_found_on_deny_list' },
        NewDevice: assessment('NewDevice', 'no_match', 'match'),
        ImpossibleTravel: assessment(
          'ImpossibleTravel',
          'impossible_travel_from_last_login',
          'minimal_travel_from_last_login',
        ),
      },
    },
  };
};

/** A call of an administrator's, in the dashboard. */
export const byAdministrator = (
  { tenant }: Stage,
  administrator: Person,
  session: Session,
  call: CallTold,
  attacker?: Attacker,
): Move => ({
  code: 'sapi',
  cast: 'administrator',
  person: attacker === undefined ? administrator : impersonated(administrator, attacker),
  device: attacker?.device ?? administrator.desktop,
  application: applicationOf(tenant, 'spa'),
  session,
  call,
});
