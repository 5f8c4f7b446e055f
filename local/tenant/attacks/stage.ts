/** Who plays in an attack: its victims, the attacker's machines, and where these are. */
import { ipv4 } from '../traffic/addresses.ts';
import { drawDesktop } from '../traffic/devices.ts';
import { Draw, mix } from '../traffic/draw.ts';
import type { Person, Population } from '../traffic/people.ts';
import type { Place } from '../traffic/places.ts';
import { buildTroupes, type Session, setScene } from '../traffic/scene.ts';
import { stepAt } from '../traffic/stories.ts';
import type { Tenant } from '../traffic/tenant.ts';
import type { Attacker, Stage } from './attack.ts';
import { type AttackRun, CYCLE_EVENTS } from './plan.ts';
import { ATTACK_NAMES } from './table.ts';

/** The network of which normal traffic has no address. */
const FIRST_ATTACKER_IP = 2 * 254;
const ATTACKER_IPS = 254;

/** In countries where no user of the tenant lives. */
const HIDEOUTS: readonly Place[] = [
  hideout('SG', 'SGP', 'Singapore', 'AS', 'Singapore', 1.2897, 103.8501, 'Asia/Singapore'),
  hideout('NZ', 'NZL', 'New Zealand', 'OC', 'Auckland', -36.8485, 174.7633, 'Pacific/Auckland'),
  hideout('IS', 'ISL', 'Iceland', 'EU', 'Akureyri', 65.6835, -18.1105, 'Atlantic/Reykjavik'),
  hideout('CL', 'CHL', 'Chile', 'SA', 'Valdivia', -39.8196, -73.2452, 'America/Santiago'),
  hideout('KE', 'KEN', 'Kenya', 'AF', 'Kisumu', -0.0917, 34.768, 'Africa/Nairobi'),
  hideout('FI', 'FIN', 'Finland', 'EU', 'Oulu', 65.0121, 25.4651, 'Europe/Helsinki'),
  hideout('UY', 'URY', 'Uruguay', 'SA', 'Salto', -31.3833, -57.9667, 'America/Montevideo'),
  hideout('MA', 'MAR', 'Morocco', 'AF', 'Agadir', 30.4278, -9.5981, 'Africa/Casablanca'),
  hideout('TH', 'THA', 'Thailand', 'AS', 'Chiang Mai', 18.7883, 98.9853, 'Asia/Bangkok'),
  hideout('PT', 'PRT', 'Portugal', 'EU', 'Funchal', 32.6669, -16.9241, 'Atlantic/Madeira'),
  hideout('FJ', 'FJI', 'Fiji', 'OC', 'Lautoka', -17.6169, 177.4505, 'Pacific/Fiji'),
];

function hideout(
  country_code: string,
  country_code3: string,
  country_name: string,
  continent_code: string,
  city_name: string,
  latitude: number,
  longitude: number,
  time_zone: string,
): Place {
  const country = { country_code, country_code3, country_name, continent_code };
  return { location: { ...country, city_name, latitude, longitude, time_zone } };
}

/** Early enough that two weeks lie between these events and the first attack. */
const FIRST_EVENTS = 500;

/** Who is attacked, or whose account is used for it. */
export interface Victims {
  readonly users: readonly Person[];
  readonly administrators: readonly Person[];
}

/**
 * Users of the database and administrators whose ways are known when they are attacked: at first
 * those who turn up among the first events of the tenant, later on all.
 */
export function createVictims(
  seed: number,
  tenant: Tenant,
  population: Population,
  rota: readonly string[],
): (run: AttackRun) => Victims {
  const early = earlyPeople(seed, tenant, population, rota);
  const users = population.byKind.get('database') ?? [];
  const all = { users, administrators: population.administrators };
  return (run) => (cycleOf(run) === 0 ? early : all);
}

function earlyPeople(
  seed: number,
  tenant: Tenant,
  population: Population,
  rota: readonly string[],
): Victims {
  const troupes = buildTroupes(tenant, population);
  const [users, administrators] = [new Set<Person>(), new Set<Person>()];
  for (let index = 0; index < FIRST_EVENTS; index += 1) {
    const step = stepAt(seed, rota, index);
    const slot = { index, logId: '', date: new Date(0) };
    const { person, cast } = setScene(seed, tenant, troupes, step, slot);
    if (step.code === 'sapi' && cast === 'administrator') administrators.add(person);
    const isUser = person.connection.kind === 'database' && cast !== 'newcomer';
    if (step.code === 's' && isUser) users.add(person);
  }
  return {
    users: [...users],
    administrators: administrators.size > 0 ? [...administrators] : population.administrators,
  };
}

/** The stage of one attack, the same whenever it is set. */
export function setStage(
  tenant: Tenant,
  population: Population,
  { users, administrators }: Victims,
  run: AttackRun,
): Stage {
  const draw = new Draw(run.seed);
  const firstIp = draw.below(ATTACKER_IPS);
  const firstPlace = ATTACK_NAMES.indexOf(run.name) + 5 * cycleOf(run);
  const bot = (number: number): Attacker => {
    const ip = ipv4(FIRST_ATTACKER_IP + ((firstIp + number) % ATTACKER_IPS));
    const place = HIDEOUTS[(firstPlace + number) % HIDEOUTS.length];
    if (place === undefined) throw new Error('there are no hideouts');
    return { device: drawDesktop(new Draw(mix(run.seed, 0xb07, number)), ip), place };
  };
  const first = firstVictim(run) % users.length;
  return {
    tenant,
    population,
    victims: [...users.slice(first), ...users.slice(0, first)],
    administrators,
    attacker: bot(0),
    bot,
    draw,
    newSession: () => sessionOf(draw),
  };
}

const cycleOf = ({ from }: AttackRun): number => Math.floor(from / CYCLE_EVENTS);

/** Far enough from the others' victims: who was robbed from a country once is known there. */
const firstVictim = (run: AttackRun): number =>
  3 * ATTACK_NAMES.indexOf(run.name) + 37 * cycleOf(run);

const sessionOf = (draw: Draw): Session => ({
  id: draw.opaque(32),
  transactionId: draw.opaque(32),
  linkingId: draw.opaque(27),
  familyId: draw.hex(24),
  grantId: draw.hex(24),
});
