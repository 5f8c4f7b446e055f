/** Passwords that are guessed, tried on everybody, or known from leaks. */
import { type Attack, impersonated, type Move, type Stage } from './attack.ts';
import { asUser, doubts, times, victim } from './moves.ts';

const BRUTE_FORCE_TRIES = 14;

function bruteForce(stage: Stage): Move[] {
  const { attacker, newSession } = stage;
  const person = victim(stage);
  const session = newSession();
  return [
    ...times(BRUTE_FORCE_TRIES, () => asUser(stage, 'fp', person, attacker, newSession())),
    asUser(stage, 's', person, attacker, session, doubts('NewDevice')),
    asUser(stage, 'seacft', person, attacker, session),
  ];
}

const SPRAYED_USERS = 18;

function spray(stage: Stage): Move[] {
  const { attacker, newSession, population } = stage;
  const database = population.byKind.get('database') ?? [];
  const first = stage.draw.below(database.length);
  const users = times(SPRAYED_USERS, (number) => database[(first + number) % database.length]);
  const known = users.flatMap((user) => user ?? []);
  const session = newSession();
  const weak = known[SPRAYED_USERS - 3] ?? victim(stage);
  return [
    ...known.map((user) => asUser(stage, 'fp', user, attacker, newSession())),
    asUser(stage, 's', weak, attacker, session, doubts('NewDevice')),
    asUser(stage, 'seacft', weak, attacker, session),
  ];
}

const STUFFED = 125;
/** One in so many of the stolen pairs is one that Auth0 knows from a leak. */
const LEAKED_EVERY = 12;
const BOTS = 60;

function stuffing(stage: Stage): Move[] {
  const { newSession, population, bot } = stage;
  const database = population.byKind.get('database') ?? [];
  const tries = times(STUFFED, (number): Move => {
    const attacker = bot(number % BOTS);
    const person = database[(number * 7) % database.length] ?? victim(stage);
    if (number % LEAKED_EVERY === 0) {
      return asUser(stage, 'pwd_leak', person, attacker, newSession());
    }
    return number % 3 === 0
      ? asUser(stage, 'fp', person, attacker, newSession())
      : strangerTried(stage, number);
  });
  const session = newSession();
  const opened = victim(stage, 1);
  return [
    ...tries,
    asUser(stage, 'pwd_leak', opened, bot(1), newSession()),
    asUser(stage, 's', opened, bot(1), session, doubts('NewDevice')),
    asUser(stage, 'seacft', opened, bot(1), session),
  ];
}

/** Most names of a stolen list mean nobody here. */
function strangerTried(stage: Stage, number: number): Move {
  const { draw, newSession, bot } = stage;
  const email = `${draw.hex(8)}@example.net`;
  const attacker = bot(number % BOTS);
  const nobody = { ...impersonated(victim(stage), attacker), userId: '', email, userName: email };
  return asUser(stage, 'fu', nobody, attacker, newSession());
}

export const GUESSING = {
  'brute-force': {
    title: 'The password of one user is guessed, then used',
    raises: ['A0-LOG-01', 'A0-LOG-02'],
    events: BRUTE_FORCE_TRIES + 2,
    minutes: 6,
    moves: bruteForce,
  },
  'password-spray': {
    title: 'One address tries a common password on many users, and one has it',
    raises: ['A0-LOG-03', 'A0-LOG-08'],
    events: SPRAYED_USERS + 2,
    minutes: 20,
    moves: spray,
  },
  'credential-stuffing': {
    title: 'Leaked names and passwords are tried from many addresses at once',
    raises: ['A0-LOG-04', 'A0-LOG-07'],
    events: STUFFED + 3,
    minutes: 4,
    moves: stuffing,
  },
} as const satisfies Record<string, Attack>;
