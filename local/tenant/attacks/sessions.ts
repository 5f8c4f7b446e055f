/** Tokens and sessions in the wrong hands. */
import type { Person } from '../traffic/people.ts';
import { type Attack, type Attacker, impersonated, type Move, type Stage } from './attack.ts';
import { applicationOf, asUser, atHome, doubts, times, victim } from './moves.ts';

const COUNTRIES = 3;
const REUSES = 4;

function stolenRefreshToken(stage: Stage): Move[] {
  const { bot, newSession, tenant } = stage;
  const person = victim(stage);
  const session = newSession();
  let counter = 5;
  const exchange = (code: string, who: Person, device: Attacker['device']): Move => {
    const isReuse = code === 'ferrt';
    if (!isReuse) counter += 1;
    const details = isReuse
      ? { tokenCounter: 6, latestCounter: counter }
      : { tokenCounter: counter };
    const application = applicationOf(tenant, 'spa');
    return { code, cast: 'spa', person: who, device, application, session, details };
  };
  return [
    exchange('sertft', person, person.desktop),
    ...times(COUNTRIES, (number) => {
      const thief = bot(number);
      return exchange('sertft', impersonated(person, thief), thief.device);
    }),
    ...times(REUSES, () => exchange('ferrt', person, person.desktop)),
  ];
}

function impossibleTravel(stage: Stage): Move[] {
  const { attacker, newSession } = stage;
  const person = victim(stage);
  const [own, stolen] = [newSession(), newSession()];
  const travel = doubts('NewDevice', 'ImpossibleTravel');
  return [
    atHome(stage, 's', person, own),
    atHome(stage, 'seacft', person, own),
    asUser(stage, 's', person, attacker, stolen, travel),
    asUser(stage, 'seacft', person, attacker, stolen),
  ];
}

export const SESSION_ATTACKS = {
  'refresh-token-reuse': {
    title: 'A stolen refresh token is used in several countries, until its owner uses it again',
    raises: ['A0-UBH-01', 'A0-UBH-02'],
    events: 1 + COUNTRIES + REUSES,
    minutes: 45,
    moves: stolenRefreshToken,
  },
  'impossible-travel': {
    title: 'A user logs in at home and shortly after on the other side of the world',
    raises: ['A0-LOG-09', 'A0-LOG-10'],
    events: 4,
    minutes: 30,
    moves: impossibleTravel,
  },
} as const satisfies Record<string, Attack>;
