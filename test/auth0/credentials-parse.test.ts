import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseCredentials } from '../../lambda/auth0/credentials.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { SECRET_PLACEHOLDER } from '../../lambda/platform/names.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:collector/acme';
const TELLTALE = 'Zq81-telltale';

function failureOf(text: string): CollectorError {
  try {
    parseCredentials(text, ARN);
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
  throw new Error('the credentials were accepted');
}

describe('the text of a credentials secret', () => {
  it('is taken apart, without the white space that copying brings along', () => {
    const text = JSON.stringify({ clientId: ' Kd93x ', clientSecret: ' s-3\n', comment: 'kept' });
    const { clientId, clientSecret } = parseCredentials(text, ARN);
    expect([clientId, clientSecret.reveal()]).toEqual(['Kd93x', 's-3']);
  });

  it.each([
    ['empty', ''],
    ['blank', ' \n'],
    ['the placeholder', JSON.stringify({ clientId: SECRET_PLACEHOLDER, clientSecret: TELLTALE })],
    ['the bare placeholder', SECRET_PLACEHOLDER],
  ])('is not filled in yet when it is %s', (_what, text) => {
    expect(failureOf(text).code).toBe('CREDENTIALS_NOT_SET');
    expect(failureOf(text).message).toContain(ARN);
  });

  it.each([
    ['the client id', { clientSecret: TELLTALE }, 'clientId'],
    ['an empty client id', { clientId: ' ', clientSecret: TELLTALE }, 'clientId'],
    ['the client secret', { clientId: TELLTALE }, 'clientSecret'],
    ['a client secret of text', { clientId: TELLTALE, clientSecret: 5 }, 'clientSecret'],
    ['keys spelled this way', { client_id: TELLTALE, client_secret: TELLTALE }, 'clientId'],
    ['a sane length', { clientId: 'a', clientSecret: TELLTALE.repeat(100) }, 'clientSecret'],
  ])('lacks %s, and the message names the field', (_what, value, field) => {
    const failure = failureOf(JSON.stringify(value));
    expect(failure.code).toBe('CREDENTIALS_SHAPE');
    expect(failure.message).toContain(`"${field}"`);
  });

  it.each([TELLTALE, `"${TELLTALE}"`, `["${TELLTALE}"]`, `{"clientSecret": "${TELLTALE}`, 'null'])(
    'is no JSON object: %s',
    (text) => {
      const failure = failureOf(text);
      expect(failure.code).toBe('CREDENTIALS_SHAPE');
      expect(failure.message).toContain('JSON object');
    },
  );

  it('shows in no failure, wherever one looks', () => {
    const texts = [
      TELLTALE,
      `{"clientId":"${TELLTALE}","clientSecret":"${TELLTALE}`,
      JSON.stringify({ clientId: TELLTALE }),
      JSON.stringify({ clientId: TELLTALE, clientSecret: { value: TELLTALE } }),
      JSON.stringify({ [TELLTALE]: TELLTALE }),
    ];
    for (const text of texts) {
      const failure = failureOf(text);
      expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(TELLTALE);
    }
  });
});
