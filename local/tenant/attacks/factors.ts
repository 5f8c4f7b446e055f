/** Second factors that are worn down, replaced, or made to cost money. */
import type { Attack, Move, Stage } from './attack.ts';
import { applicationOf, asUser, doubts, times, victim } from './moves.ts';

const PUSHES = 8;

function pushFatigue(stage: Stage): Move[] {
  const { attacker, newSession } = stage;
  const person = victim(stage);
  const session = newSession();
  const pushed = (code: string) => asUser(stage, code, person, attacker, session);
  return [
    pushed('gd_start_auth'),
    ...times(PUSHES, () => [pushed('gd_send_pn'), pushed('gd_auth_rejected')]).flat(),
    pushed('gd_send_pn'),
    pushed('gd_auth_succeed'),
    asUser(stage, 's', person, attacker, session, doubts('NewDevice')),
  ];
}

function accountTakeover(stage: Stage): Move[] {
  const { attacker, newSession } = stage;
  const person = victim(stage);
  const session = newSession();
  const thief = { ...person, enrollmentId: `dev_${stage.draw.alnum(16)}` };
  return [
    asUser(stage, 'scpr', person, attacker, newSession()),
    asUser(stage, 'scp', person, attacker, newSession()),
    asUser(stage, 's', person, attacker, session, doubts('NewDevice')),
    asUser(stage, 'gd_unenroll', person, attacker, session),
    asUser(stage, 'gd_start_enroll', thief, attacker, session),
    asUser(stage, 'gd_enrollment_complete', thief, attacker, session),
    asUser(stage, 's', person, attacker, newSession(), doubts('NewDevice')),
  ];
}

const PUMPED = 28;
/** Set aside for fiction; the users of the tenant have the hundreds 1 and 2. */
const PUMPED_PREFIX = '+4477009005';

function smsPumping(stage: Stage): Move[] {
  const { tenant, newSession, bot } = stage;
  const connection = tenant.connections.find(({ kind }) => kind === 'sms');
  if (connection === undefined) throw new Error('the tenant has no connection of kind sms');
  return times(PUMPED, (number) => {
    const attacker = bot(number % 4);
    const phone = `${PUMPED_PREFIX}${String(number * 3).padStart(2, '0')}`;
    const identityId = stage.draw.hex(24);
    const userId = `sms|${identityId}`;
    const stranger = { ...victim(stage), connection, phone, userName: phone, userId, identityId };
    const move = asUser(stage, 'cs', stranger, attacker, newSession());
    return { ...move, application: applicationOf(tenant, 'spa') };
  });
}

export const FACTOR_ATTACKS = {
  'push-fatigue': {
    title: 'A user is sent push notifications until one is accepted',
    raises: ['A0-UBH-03'],
    events: 2 * PUSHES + 4,
    minutes: 7,
    moves: pushFatigue,
  },
  'account-takeover': {
    title: 'A password is reset and the second factor replaced, from a country new to the user',
    raises: ['A0-UBH-07', 'A0-LOG-09', 'A0-LOG-11', 'A0-LOG-12'],
    events: 7,
    minutes: 25,
    moves: accountTakeover,
  },
  'sms-pumping': {
    title: 'Codes are sent to rows of phone numbers that somebody is paid for',
    raises: ['A0-UBH-05'],
    events: PUMPED,
    minutes: 20,
    moves: smsPumping,
  },
} as const satisfies Record<string, Attack>;
