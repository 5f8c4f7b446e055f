import type { Credentials } from '../../lambda/auth0/credentials.ts';
import type { Auth0Domain } from '../../lambda/auth0/domain.ts';
import type { HttpAnswer } from '../../lambda/auth0/http.ts';
import { requestToken } from '../../lambda/auth0/token.ts';
import {
  asCollectorError,
  type CollectorError,
  type FailureCode,
} from '../../lambda/platform/errors.ts';
import { check } from './check.ts';
import type { TokenAnswer } from './facts.ts';
import type { Subject } from './subject.ts';
import { failedBy, ok, type Verdict, warning } from './verdict.ts';

/** Is there a secret, filled in, in its form? */
export const checkSecret = check('secret', [], async ({ source }) => {
  try {
    const credentials = await source.readCredentials();
    return ok('holds a client id and a client secret', { credentials });
  } catch (thrown) {
    return failedBy(thrown);
  }
});

/** Auth0 looks at these after it has accepted the credentials, so other checks tell of them. */
const AUDIENCE_CODES: readonly FailureCode[] = ['AUTH0_403_AUDIENCE', 'AUTH0_403_NOT_AUTHORIZED'];
const SCOPE_CODE: FailureCode = 'AUTH0_403_SCOPE';

/** Do client id and client secret give a token? */
export const checkToken = check(
  'token',
  ['domain', 'greeting', 'credentials'],
  async (subject, { domain, credentials }) => {
    const current = await askToken(subject, domain, credentials);
    if (isAccepted(current)) return ok('Auth0 accepts the credentials', { tokenAnswer: current });
    if (current.refusal?.code !== 'AUTH0_401_CREDENTIALS') return failedBy(current.refusal);
    return withPrevious(subject, domain, current.refusal);
  },
);

/** While a rotation is under way the collector goes on with the credentials before it. */
async function withPrevious(
  subject: Subject,
  domain: Auth0Domain,
  refusal: CollectorError,
): Promise<Verdict> {
  const previous = await subject.source.readPreviousCredentials();
  if (previous === undefined) return failedBy(refusal);
  const tokenAnswer = await askToken(subject, domain, previous);
  if (!isAccepted(tokenAnswer)) return failedBy(refusal);
  const said = 'Auth0 accepts only the credentials before the last change of the secret';
  return warning('CHECK_CREDENTIALS_OLD', said, { tokenAnswer });
}

const isAccepted = ({ refusal }: TokenAnswer): boolean =>
  refusal === undefined || [...AUDIENCE_CODES, SCOPE_CODE].includes(refusal.code);

async function askToken(
  { http, clock }: Subject,
  domain: Auth0Domain,
  credentials: Credentials,
): Promise<TokenAnswer> {
  let answer: HttpAnswer | undefined;
  const overheard: Subject['http'] = async (request) => {
    answer = await http(request);
    return answer;
  };
  try {
    const token = await requestToken(overheard, domain, credentials, clock);
    return { token, scopes: scopesIn(answer), refusal: undefined };
  } catch (thrown) {
    const refusal = asCollectorError(thrown);
    return { token: undefined, scopes: scopesIn(answer), refusal };
  }
}

function scopesIn(answer: HttpAnswer | undefined): readonly string[] | undefined {
  try {
    const { scope } = JSON.parse(answer?.body.toString('utf8') ?? '');
    return typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : undefined;
  } catch {
    return undefined;
  }
}

/** Is the Management API asked for by its own name, and open to the application? */
export const checkAudience = check(
  'audience',
  ['domain', 'tokenAnswer'],
  (_subject, { domain, tokenAnswer }) => {
    const { refusal } = tokenAnswer;
    if (refusal !== undefined && AUDIENCE_CODES.includes(refusal.code)) return failedBy(refusal);
    return ok(domain.audience, { granted: tokenAnswer });
  },
);

const LOG_SCOPES: readonly string[] = ['read:logs', 'read:logs_users'];
const SCOPES_NAMED_MAX = 5;

/** May the token read logs, and nothing else? */
export const checkScopes = check('scopes', ['granted'], (_subject, { granted }) => {
  const { token, scopes, refusal } = granted;
  if (token === undefined) return failedBy(refusal);
  if (scopes === undefined) return ok('Auth0 does not tell them', { token });
  const others = scopes.filter((scope) => !LOG_SCOPES.includes(scope));
  if (!scopes.includes('read:logs')) {
    return warning('CHECK_SCOPE_NARROW', 'the token has read:logs_users only', { token });
  }
  if (others.length === 0) return ok(scopes.join(', '), { token });
  const more =
    others.length > SCOPES_NAMED_MAX ? ` and ${others.length - SCOPES_NAMED_MAX} more` : '';
  const named = others.slice(0, SCOPES_NAMED_MAX).join(', ');
  return warning('CHECK_SCOPE_EXCESS', `the token may do more: ${named}${more}`, { token });
});
