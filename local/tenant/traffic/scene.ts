/** Who, with what and as part of which session: everything one event is told from. */

import type { EventSlot } from '../event-slot.ts';
import type { Device } from './devices.ts';
import { Draw, mix } from './draw.ts';
import type { Person, Population } from './people.ts';
import type { Cast, Step } from './stories.ts';
import type {
  Application,
  ApplicationKind,
  Connection,
  ConnectionKind,
  Organization,
  Tenant,
} from './tenant.ts';

/** What all steps of one story share. */
export interface Session {
  readonly id: string;
  readonly transactionId: string;
  /** The 27 characters that tie the steps of a decoupled login together. */
  readonly linkingId: string;
  readonly familyId: string;
  readonly grantId: string;
  readonly organization?: Organization;
}

export interface Scene {
  readonly slot: EventSlot;
  /** When the event happened, in epoch milliseconds. */
  readonly at: number;
  /** Chance of this event's own; what a whole story shares is in `session`. */
  readonly draw: Draw;
  readonly tenant: Tenant;
  readonly code: string;
  readonly cast: Cast;
  readonly person: Person;
  readonly device: Device;
  readonly application: Application;
  readonly connection: Connection;
  readonly session: Session;
  /** How often the person has logged in by now. */
  readonly loginsCount: number;
}

const ANYBODY: readonly ConnectionKind[] = ['database', 'social', 'enterprise', 'sms', 'email'];

const ROLES: Readonly<
  Record<Cast, { people: readonly ConnectionKind[]; applications: readonly ApplicationKind[] }>
> = {
  spa: { people: ANYBODY, applications: ['spa'] },
  web: { people: ANYBODY, applications: ['web'] },
  native: { people: ANYBODY, applications: ['native'] },
  sms: { people: ['sms'], applications: ['native', 'spa'] },
  email: { people: ['email'], applications: ['web'] },
  database: { people: ['database'], applications: ['spa', 'web'] },
  newcomer: { people: ['database'], applications: ['spa', 'web'] },
  embedded: { people: ['database'], applications: ['embedded'] },
  social: { people: ['social'], applications: ['spa', 'web'] },
  enterprise: { people: ['enterprise'], applications: ['web'] },
  tv: { people: ['database', 'social'], applications: ['tv'] },
  machine: { people: ANYBODY, applications: ['machine'] },
  pipeline: { people: ANYBODY, applications: ['pipeline'] },
  administrator: { people: [], applications: ['pipeline'] },
};

interface Troupe {
  readonly people: readonly Person[];
  readonly applications: readonly Application[];
}

/** Who and which applications each cast is picked from. */
export function buildTroupes(tenant: Tenant, population: Population): Record<Cast, Troupe> {
  const troupe = (cast: Cast): Troupe => {
    const role = ROLES[cast];
    const people = role.people.flatMap((kind) => population.byKind.get(kind) ?? []);
    return {
      people: people.length > 0 ? people : population.administrators,
      applications: tenant.applications.filter(({ kind }) => role.applications.includes(kind)),
    };
  };
  const casts = Object.keys(ROLES) as Cast[];
  return Object.fromEntries(casts.map((cast) => [cast, troupe(cast)])) as Record<Cast, Troupe>;
}

/** The count of logins grows by one in this many events, for everybody alike. */
const EVENTS_PER_LOGIN = 900;

export function setScene(
  seed: number,
  tenant: Tenant,
  troupes: Record<Cast, Troupe>,
  step: Step,
  slot: EventSlot,
): Scene {
  const shared = new Draw(step.storySeed);
  const troupe = troupes[step.cast];
  const member = shared.pick(troupe.people);
  const person = step.cast === 'newcomer' ? newcomer(member, shared) : member;
  const application = shared.pick(
    troupe.applications.filter(
      ({ system }) => system === undefined || person.mobile.parsed.includes(system),
    ),
  );
  return {
    slot,
    at: slot.date.getTime(),
    draw: new Draw(mix(seed, 0xe7, slot.index)),
    tenant,
    code: step.code,
    cast: step.cast,
    person,
    device: deviceFor(application, person, step.cast, shared),
    application,
    connection: person.connection,
    session: {
      id: shared.opaque(32),
      transactionId: shared.opaque(32),
      linkingId: shared.opaque(27),
      familyId: shared.hex(24),
      grantId: shared.hex(24),
      ...(person.organization !== undefined && shared.chance(0.8)
        ? { organization: person.organization }
        : {}),
    },
    loginsCount:
      step.cast === 'newcomer'
        ? 1
        : person.loginsBefore + Math.floor(slot.index / EVENTS_PER_LOGIN),
  };
}

function deviceFor(application: Application, person: Person, cast: Cast, draw: Draw): Device {
  if (cast === 'administrator') return person.desktop;
  switch (application.kind) {
    case 'machine':
    case 'pipeline':
      return application.server;
    case 'native':
    case 'tv':
      return person.mobile;
    default:
      return draw.chance(0.3) ? person.mobile : person.desktop;
  }
}

/** Somebody of a member's household whom the tenant doesn't know yet, or only just. */
function newcomer(member: Person, draw: Draw): Person {
  const identityId = draw.hex(24);
  const email = `guest.${identityId.slice(0, 10)}@example.org`;
  return {
    ...member,
    userId: `auth0|${identityId}`,
    identityId,
    email,
    userName: email,
    enrollmentId: `dev_${identityId.slice(0, 16)}`,
  };
}

/** A time some milliseconds away from the event, as Auth0 writes times. */
export function isoTime(scene: Scene, offsetMs: number): string {
  return new Date(scene.at + offsetMs).toISOString();
}
