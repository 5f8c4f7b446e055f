import { DAY_MINUTES, habit, several, type UserOptions, userEvent } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const pushes = (count: number, options: UserOptions = {}) =>
  several(count, (n) => userEvent('gd_send_pn', { atMinutes: n, ...options }));

ruleCases(
  'A0-UBH-03',
  [
    {
      when: 'a user is sent five pushes within ten minutes',
      events: pushes(5),
      severity: 'medium',
      about: 'user alice@example.com',
      line: 'push sent to alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'the user rejects one of them',
      events: [...pushes(5), userEvent('gd_auth_rejected', { atMinutes: 2.5 })],
      severity: 'high',
    },
    {
      when: 'the user gives in',
      events: [...pushes(5), userEvent('gd_auth_succeed', { atMinutes: 10 })],
      severity: 'critical',
      line: 'second factor accepted of alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'the user accepts another one later',
      events: [...pushes(5), userEvent('gd_auth_succeed', { atMinutes: 14 + SECOND })],
      severity: 'medium',
    },
  ],
  [
    { when: 'there are four', events: [...pushes(4), userEvent('gd_auth_succeed')] },
    {
      when: 'the fifth comes a second too late',
      events: [...pushes(4), userEvent('gd_send_pn', { atMinutes: 10 + SECOND })],
    },
    { when: 'they go to two users', events: [...pushes(3), ...pushes(3, { user: 'bob' })] },
  ],
);

const guesses = (count: number, types: readonly string[], options: UserOptions = {}) =>
  several(count, (n) => userEvent(types[n % types.length] ?? '', { atMinutes: n, ...options }));

ruleCases(
  'A0-UBH-04',
  [
    {
      when: 'a user enters five wrong codes',
      events: guesses(5, ['gd_auth_failed', 'feotpft', 'feoobft', 'gd_otp_rate_limit_exceed']),
      about: 'user alice@example.com',
      line: 'wrong second factor for alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'a user enters three wrong recovery codes',
      events: guesses(3, ['gd_recovery_failed', 'fercft']),
      line: 'wrong recovery code for alice@example.com from 192.0.2.7 (DE)',
    },
  ],
  [
    { when: 'there are four codes', events: guesses(4, ['gd_auth_failed']) },
    { when: 'there are two recovery codes', events: guesses(2, ['fercft']) },
    {
      when: 'the fifth comes a second too late',
      events: [
        ...guesses(4, ['gd_auth_failed']),
        userEvent('gd_auth_failed', { atMinutes: 10 + SECOND }),
      ],
    },
    { when: 'the codes are right', events: guesses(9, ['gd_auth_succeed']) },
  ],
);

const enrolled = (user: string, details: object, atMinutes = 0) =>
  userEvent('gd_enrollment_complete', { user, atMinutes, details: { ...details } });
const PHONE = { authenticator: { phone_number: '+1 (614) 555-0110' } };
const DEVICE = { enrollment: { identifier: 'device-1', phone_number: null } };

ruleCases(
  'A0-UBH-06',
  [
    {
      when: 'two users enrol one phone, written in two ways',
      events: [
        enrolled('alice', PHONE),
        enrolled('bob', { enrollment: { phone_number: '+16145550110' } }, 300 * DAY_MINUTES),
      ],
      about: 'phone 244387495e43644b',
      line: 'phone +*********10 enrolled for bob from 192.0.2.7 (DE)',
    },
    {
      when: 'two users enrol one device',
      events: [enrolled('alice', DEVICE), enrolled('bob', DEVICE)],
    },
  ],
  [
    { when: 'one user enrols it twice', events: several(2, () => enrolled('alice', PHONE)) },
    {
      when: 'only the ending of the number is logged',
      events: ['alice', 'bob'].map((user) =>
        enrolled(user, { enrollment: { phone_number: 'XXXXXXXX0110' } }),
      ),
    },
    {
      when: 'the other enrolment is more than a year ago',
      events: [enrolled('alice', PHONE), enrolled('bob', PHONE, 365 * DAY_MINUTES + SECOND)],
    },
  ],
);

const change = (type: string, options: UserOptions = {}) => userEvent(type, options);
/** Events of second factors name their user by the id alone. */
const factor = (options: UserOptions = {}) =>
  userEvent('gd_enrollment_complete', { atMinutes: 60, ...options, more: { user_name: '' } });
const BRAZIL = { country: 'BR', ip: '203.0.113.9' } as const;

ruleCases(
  'A0-UBH-07',
  [
    {
      when: 'the password is changed in a new country and a factor enrolled',
      events: [...habit(), change('scp', BRAZIL), factor({ atMinutes: DAY_MINUTES })],
      about: 'user auth0|alice@example.com',
      line: 'second factor enrolled for auth0|alice@example.com from 192.0.2.7 (DE)',
    },
    ...['sce', 'scpn', 'gd_unenroll'].map((type) => ({
      when: `${type} comes before, and the enrolment from a new country`,
      events: [...habit(), change(type), factor(BRAZIL)],
    })),
    {
      when: 'a login with a new device from a new network lies between',
      events: [
        ...habit(),
        change('scp'),
        userEvent('s', { atMinutes: 30, tls: 'ja4-tool', ip: '203.0.113.9' }),
        factor(),
      ],
      severity: 'medium',
    },
    {
      when: 'a login with a new phone follows, at home',
      events: [
        ...habit(),
        change('gd_unenroll'),
        factor(),
        userEvent('s', { atMinutes: 90, tls: 'ja4-phone' }),
      ],
      severity: 'low',
    },
  ],
  [
    { when: 'all comes from home', events: [...habit(), change('scp'), factor()] },
    {
      when: 'nothing was changed before',
      events: [...habit(), factor(BRAZIL), change('scp', { ...BRAZIL, atMinutes: 61 })],
    },
    {
      when: 'the enrolment comes a second too late',
      events: [...habit(), change('scp', BRAZIL), factor({ atMinutes: DAY_MINUTES + SECOND })],
    },
    {
      when: 'the enrolment comes a second too late, from a new country',
      events: [...habit(), change('scp'), factor({ ...BRAZIL, atMinutes: DAY_MINUTES + SECOND })],
    },
    {
      when: 'the login from a new country comes a second too late',
      events: [
        ...habit(),
        change('scp'),
        factor({ atMinutes: 0 }),
        userEvent('s', { ...BRAZIL, atMinutes: DAY_MINUTES + SECOND }),
      ],
    },
    { when: 'no factor is enrolled', events: [...habit(), change('scp', BRAZIL)] },
    {
      when: 'another user enrols',
      events: [...habit(), change('scp', BRAZIL), factor({ ...BRAZIL, userId: 'auth0|bob' })],
    },
    {
      when: 'the change failed',
      events: [...habit(), change('fcp', BRAZIL), factor(BRAZIL)],
    },
  ],
);
