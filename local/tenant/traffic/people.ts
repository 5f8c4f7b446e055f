/** The people who use the simulated tenant, and the few who look after it. */

import { ipv4, ipv6 } from './addresses.ts';
import { type Device, drawDesktop, drawPhone } from './devices.ts';
import { Draw, mix } from './draw.ts';
import { PHONE_PLACES, PLACES, type Place } from './places.ts';
import type { Connection, ConnectionKind, Organization, Tenant } from './tenant.ts';

export interface Person {
  readonly userId: string;
  /** The id within the connection: what follows the bar in the user id. */
  readonly identityId: string;
  readonly name: string;
  readonly email: string;
  /** What Auth0 logs as the user's name: the e-mail address, or a phone number. */
  readonly userName: string;
  readonly phone: string;
  readonly connection: Connection;
  readonly organization?: Organization;
  readonly place: Place;
  readonly desktop: Device;
  readonly mobile: Device;
  /** Logins before the simulated traffic begins. */
  readonly loginsBefore: number;
  /** A stable id of the person's second factor. */
  readonly enrollmentId: string;
}

export interface Population {
  readonly people: readonly Person[];
  readonly byKind: ReadonlyMap<ConnectionKind, readonly Person[]>;
  readonly administrators: readonly Person[];
}

const PEOPLE = 400;
const ADMINISTRATORS = 5;

const FIRST_ADMINISTRATOR_IP = 50;
const FIRST_HOME_IP = 60;

const GIVEN = (
  'Ada Amir Ana Ben Bo Carla Chen Dana Dev Ebba Eli Emma Femi Finn Gita Hana Hugo Ida Ivan Jana ' +
  'Jo Kai Kemi Lea Liam Lola Mara Max Mina Nia Noah Olga Omar Pia Priya Quinn Ravi Rosa Sam Sofia ' +
  'Tara Theo Uma Vera Wei Yara Yuki Zane'
).split(' ');

const FAMILY = (
  'Abe Alder Baker Berg Brook Castro Clay Dahl Diaz Ek Ferro Field Ford Garcia Gray Haas Hill Ito ' +
  'Jansen Kaur Khan Klein Lake Lind Lopez Marsh Meyer Mori Moss Ndlovu Nunez Okoro Park Patel Reed ' +
  'Rossi Sato Silva Stone Tanaka Vega Visser Wang West Wolf Wood Young Zhou'
).split(' ');

const MAIL_HOSTS = ['example.com', 'example.com', 'example.org', 'example.net'];

export function buildPopulation(seed: number, tenant: Tenant): Population {
  const people = Array.from({ length: PEOPLE }, (_, number) => buildPerson(seed, number, tenant));
  const byKind = new Map<ConnectionKind, Person[]>();
  for (const person of people) {
    const kind = person.connection.kind;
    byKind.set(kind, [...(byKind.get(kind) ?? []), person]);
  }
  const administrators = Array.from({ length: ADMINISTRATORS }, (_, number) =>
    buildAdministrator(seed, number, tenant),
  );
  return { people, byKind, administrators };
}

/** Which connection the person with this number uses: fixed shares, so that no kind is missing. */
function connectionOf(number: number, tenant: Tenant): Connection {
  const [database, social, entra, saml, sms, email] = tenant.connections;
  const shares = [
    ...Array.from({ length: 10 }, () => database),
    ...[social, social, social, social, entra, entra, saml, sms, sms, email],
  ];
  const connection = shares[number % shares.length];
  if (connection === undefined) throw new Error('the tenant has too few connections');
  return connection;
}

function userIdOf(draw: Draw, connection: Connection, email: string): [string, string] {
  switch (connection.strategy) {
    case 'google-oauth2': {
      const id = `1${draw.digits(20)}`;
      return [`google-oauth2|${id}`, id];
    }
    case 'waad': {
      const id = draw.opaque(43);
      return [`waad|${id}`, id];
    }
    case 'samlp': {
      const id = `${connection.name}|${email}`;
      return [`samlp|${id}`, id];
    }
    default: {
      const id = draw.hex(24);
      return [`${connection.strategy}|${id}`, id];
    }
  }
}

function buildPerson(seed: number, number: number, tenant: Tenant): Person {
  const draw = new Draw(mix(seed, 0xbe, number));
  const connection = connectionOf(number, tenant);
  const given = draw.pick(GIVEN);
  const family = draw.pick(FAMILY);
  const email = `${given}.${family}${number}@${draw.pick(MAIL_HOSTS)}`.toLowerCase();
  const [userId, identityId] = userIdOf(draw, connection, email);
  const organizations = tenant.organizations.filter((o) => o.connection === connection);
  const organization = organizations.length > 0 ? draw.pick(organizations) : undefined;
  // An office has one address, so everybody in it has to be in one city.
  const place =
    organization === undefined
      ? draw.pick(connection.kind === 'sms' ? PHONE_PLACES : PLACES)
      : (PLACES[tenant.organizations.indexOf(organization) + 7] ?? draw.pick(PLACES));
  // Only a hundred numbers per place are set aside; the threes keep those of phone users apart.
  const line = (number + 3 * Math.floor(number / 100)) % 100;
  const phone = `${place.phonePrefix ?? '+161455501'}${String(line).padStart(2, '0')}`;
  return {
    userId,
    identityId,
    name: `${given} ${family}`,
    email,
    userName: connection.kind === 'sms' ? phone : email,
    phone,
    connection,
    ...(organization === undefined ? {} : { organization }),
    place,
    desktop: drawDesktop(draw, organization?.officeIp ?? ipv4(FIRST_HOME_IP + number)),
    mobile: drawPhone(
      draw,
      draw.chance(0.5) ? ipv4(FIRST_HOME_IP + number) : ipv6(number, draw.between(2, 0xffff)),
    ),
    loginsBefore: draw.between(1, 400),
    enrollmentId: `dev_${draw.alnum(16)}`,
  };
}

function buildAdministrator(seed: number, number: number, tenant: Tenant): Person {
  const draw = new Draw(mix(seed, 0xad, number));
  const place = PLACES[number] ?? draw.pick(PLACES);
  const given = GIVEN[number * 7] ?? 'Ada';
  const email = `${given.toLowerCase()}@example.com`;
  const connection = tenant.connections[1];
  if (connection === undefined) throw new Error('the tenant has too few connections');
  const [userId, identityId] = userIdOf(draw, connection, email);
  const desktop = drawDesktop(draw, ipv4(FIRST_ADMINISTRATOR_IP + number));
  return {
    userId,
    identityId,
    name: `${given} ${draw.pick(FAMILY)}`,
    email,
    userName: email,
    phone: '+16145550100',
    connection,
    place,
    desktop,
    mobile: drawPhone(draw, desktop.ip),
    loginsBefore: draw.between(100, 900),
    enrollmentId: `dev_${draw.alnum(16)}`,
  };
}
