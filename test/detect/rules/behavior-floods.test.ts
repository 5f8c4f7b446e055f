import { several, type UserOptions, userEvent } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const name = (n: number) => `user${n}@example.com`;
const code = (phone: string, atMinutes = 0, type = 'cs') =>
  userEvent(type, {
    user: phone,
    userId: undefined,
    atMinutes,
    details: { body: { phone_number: phone } },
  });
const numbered = (n: number, block = '+1614555') => `${block}0${String(100 + n)}`;

ruleCases(
  'A0-UBH-05',
  [
    {
      when: 'one number is sent ten codes within an hour',
      events: several(10, (n) => code('+16145550110', n * (60 / 9))),
      about: 'phone 244387495e43644b',
      line: 'code sent to +*********10 from 192.0.2.7 (DE)',
    },
    {
      when: 'one user is sent ten texts and calls',
      events: several(10, (n) =>
        userEvent(n % 2 === 0 ? 'gd_send_sms' : 'gd_send_voice', {
          atMinutes: n,
          details: { enrollment: { phone_number: 'XXXXXXXX0110' } },
        }),
      ),
      about: 'user alice@example.com',
    },
    {
      when: 'twenty numbers of one block are sent a code',
      events: several(20, (n) => code(numbered(n), n)),
      about: 'phone +1614555*',
      line: 'code sent to +*********19 from 192.0.2.7 (DE)',
    },
    {
      when: 'Auth0 stops the messages',
      events: [userEvent('limit_phone')],
      severity: 'low',
    },
  ],
  [
    { when: 'it is nine codes', events: several(9, (n) => code('+16145550110', n)) },
    {
      when: 'the tenth is sent a second too late',
      events: [...several(9, (n) => code('+16145550110', n)), code('+16145550110', 60 + SECOND)],
    },
    {
      when: 'the codes are entered',
      events: several(40, (n) => code('+16145550110', n, n % 2 === 0 ? 'cs' : 's')),
    },
    {
      when: 'the codes of many numbers are entered',
      events: several(40, (n) => code(numbered(Math.floor(n / 2)), n, n % 2 === 0 ? 'cs' : 's')),
    },
    {
      when: 'the texts are second factors that people enter',
      events: several(40, (n) =>
        userEvent(n % 2 === 0 ? 'gd_send_sms' : 'gd_auth_succeed', { atMinutes: n }),
      ),
    },
    { when: 'it is nineteen numbers', events: several(19, (n) => code(numbered(n), n)) },
    {
      when: 'the numbers are of two blocks',
      events: several(20, (n) => code(numbered(n, n % 2 === 0 ? '+1614555' : '+1503555'), n)),
    },
    { when: 'the codes go by e-mail', events: several(20, () => userEvent('cs')) },
  ],
);

const resets = (count: number, everyMinutes: number, options: (n: number) => UserOptions) =>
  several(count, (n) =>
    userEvent(n % 2 === 0 ? 'scpr' : 'fcpr', { atMinutes: n * everyMinutes, ...options(n) }),
  );

ruleCases(
  'A0-UBH-08',
  [
    {
      when: 'a user is sent five reset mails within an hour',
      events: resets(5, 15, (n) => ({ ip: `192.0.2.${n}` })),
      about: 'user alice@example.com',
      line: 'password reset asked for alice@example.com from 192.0.2.4 (DE)',
    },
    {
      when: 'one address asks for twenty users',
      events: resets(20, 1, (n) => ({ user: name(n) })),
      about: 'ip 192.0.2.7',
      line: 'password reset refused for user19@example.com from 192.0.2.7 (DE)',
    },
  ],
  [
    { when: 'it is four mails', events: resets(4, 1, () => ({})) },
    { when: 'it is nineteen users', events: resets(19, 1, (n) => ({ user: name(n) })) },
    {
      when: 'the fifth comes a second too late',
      events: [...resets(4, 1, () => ({})), userEvent('scpr', { atMinutes: 60 + SECOND })],
    },
    { when: 'the password is changed', events: several(9, () => userEvent('scp')) },
  ],
);

const signups = (count: number, everyMinutes: number, options: (n: number) => UserOptions) =>
  several(count, (n) =>
    userEvent(['ss', 'fs', 'signup_pwd_leak'][n % 3] ?? 'ss', {
      user: name(n),
      atMinutes: n * everyMinutes,
      ...options(n),
    }),
  );
const anywhere = (n: number) => ({ ip: `2001:db8:${n + 1}::7` });

ruleCases(
  'A0-UBH-09',
  [
    {
      when: 'twenty accounts are made from one address within an hour',
      events: signups(20, 3, () => ({})),
      about: 'ip 192.0.2.7',
      line: 'signup refused of user19@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'two hundred accounts are made from many addresses',
      events: signups(200, 0.25, anywhere),
      about: 'tenant tenant',
    },
  ],
  [
    { when: 'it is nineteen', events: signups(19, 3, () => ({})) },
    { when: 'it is 199 in the tenant', events: signups(199, 0.25, anywhere) },
    {
      when: 'the twentieth comes a second too late',
      events: [...signups(19, 3, () => ({})), userEvent('ss', { atMinutes: 60 + SECOND })],
    },
    { when: 'they are logins', events: several(30, (n) => userEvent('s', { user: name(n) })) },
  ],
);
