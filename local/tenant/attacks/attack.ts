import type { Device } from '../traffic/devices.ts';
import type { Draw } from '../traffic/draw.ts';
import type { Fields } from '../traffic/fields.ts';
import type { CallTold } from '../traffic/management.ts';
import type { Person, Population } from '../traffic/people.ts';
import type { Place } from '../traffic/places.ts';
import type { Session } from '../traffic/scene.ts';
import type { Cast } from '../traffic/stories.ts';
import type { Application, Tenant } from '../traffic/tenant.ts';

/** An attack on the simulated tenant: a bounded run of events within the normal traffic. */
export interface Attack {
  /** What happens, for people. */
  readonly title: string;
  /** Ids of the rules that have to see it; others may see it too. */
  readonly raises: readonly string[];
  /** How many events it has. */
  readonly events: number;
  /** The longest that it takes. */
  readonly minutes: number;
  /** Its events in their order: always `events` of them. */
  readonly moves: (stage: Stage) => readonly Move[];
}

/** One event of an attack. */
export interface Move {
  readonly code: string;
  readonly cast: Cast;
  readonly person: Person;
  readonly device: Device;
  readonly application: Application;
  readonly session: Session;
  /** What its details say otherwise than the details of such an event usually do. */
  readonly details?: Fields;
  /** What is called, for an event of the Management API. */
  readonly call?: CallTold;
}

/** Who and what an attack has to do with; the same for every event of one attack. */
export interface Stage {
  readonly tenant: Tenant;
  readonly population: Population;
  /** Users of the database whose ordinary logins have been known for a while. */
  readonly victims: readonly Person[];
  /** Administrators who have been at work for a while. */
  readonly administrators: readonly Person[];
  readonly attacker: Attacker;
  /** Another machine of the attacker's, by number: each has its own address and place. */
  readonly bot: (number: number) => Attacker;
  readonly draw: Draw;
  readonly newSession: () => Session;
}

/** Where an attacker sits, far from everybody who uses the tenant. */
export interface Attacker {
  readonly device: Device;
  readonly place: Place;
}

/** The person as the log sees somebody else who uses their account: at another place. */
export const impersonated = (person: Person, { place }: Attacker): Person => ({ ...person, place });
