import type { HttpAnswer } from '../../lambda/auth0/http.ts';
import { createLogsApi } from '../../lambda/auth0/logs-api.ts';
import { isShareLeft, readRateLimit } from '../../lambda/auth0/rate-limit.ts';
import { check } from './check.ts';
import type { Subject } from './subject.ts';
import { failedBy, ok, warning } from './verdict.ts';

/** Does Auth0 serve log events? */
export const checkLogs = check('logs', ['domain', 'token'], async (subject, { domain, token }) => {
  let logsAnswer: HttpAnswer | undefined;
  const overheard: Subject['http'] = async (request) => {
    logsAnswer = await subject.http(request);
    return logsAnswer;
  };
  try {
    const api = createLogsApi(overheard, domain, subject.clock);
    const { events } = await api.search(token.value, { sort: 'date:-1', perPage: 1 });
    const said = events.length === 0 ? 'Auth0 has no log events' : 'Auth0 serves log events';
    return ok(said, logsAnswer && { logsAnswer });
  } catch (thrown) {
    return failedBy(thrown);
  }
});

/** Does Auth0 tell how much of the rate limit is left, and is enough of it? */
export const checkRate = check('rate', ['logsAnswer'], ({ source, clock }, { logsAnswer }) => {
  const rate = readRateLimit(logsAnswer.headers, clock.nowMs());
  if (rate === undefined) return warning('CHECK_RATE_HEADERS', 'the answer has no rate limit');
  const percent = Math.round(source.rateShare * 100);
  const said = `${rate.remaining} of ${rate.limit} requests left; the collector may draw ${percent} %`;
  return isShareLeft(rate, source.rateShare) ? ok(said) : warning('CHECK_RATE_BUSY', said);
});
