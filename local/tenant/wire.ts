import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { FaultAction } from './faults.ts';

const REQUEST_BODY_BYTES_MAX = 1_048_576;

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > REQUEST_BODY_BYTES_MAX) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The fields of a token request, which may come as a form or as JSON. */
export function parseForm(contentType: string, body: string): Readonly<Record<string, unknown>> {
  if (!contentType.startsWith('application/json')) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

/**
 * Puts an answer on the wire, spoiled as the faults say.
 *
 * @returns what was sent, or undefined when nothing was
 */
export async function respond(
  response: ServerResponse,
  planned: Answer,
  actions: readonly FaultAction[],
  lastPage: Answer | undefined,
): Promise<Answer | undefined> {
  let answer = planned;
  let cut: Extract<FaultAction, { do: 'truncate' }> | undefined;
  for (const action of actions) {
    if (action.do === 'stall') return undefined;
    if (action.do === 'reset') {
      response.socket?.resetAndDestroy();
      return undefined;
    }
    // A tenant that is stopped meanwhile doesn't keep its process waiting.
    if (action.do === 'delay') await sleep(action.ms, undefined, { ref: false });
    if (action.do === 'truncate') cut = action;
    answer = spoil(answer, action, lastPage);
  }
  const body = cut === undefined ? answer.body : answer.body.subarray(0, cut.bytes);
  const isBroken = cut?.announceFullLength === true && body.length < answer.body.length;
  const length = isBroken ? answer.body.length : body.length;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
  if (isBroken) response.write(body, () => response.destroy());
  else response.end(body);
  return answer;
}

function spoil(answer: Answer, action: FaultAction, lastPage: Answer | undefined): Answer {
  switch (action.do) {
    case 'status':
      return { status: action.status, headers: action.headers, body: Buffer.from(action.body) };
    case 'body':
      return { ...answer, body: Buffer.from(action.body), events: 0 };
    case 'repeat-page':
      return lastPage ?? answer;
    case 'link':
      return withHeaders(answer, { link: action.value });
    case 'headers':
      return withHeaders(answer, action.headers);
    default:
      return answer;
  }
}

/** Replaces headers; an empty value leaves one out. */
function withHeaders(answer: Answer, replaced: Readonly<Record<string, string>>): Answer {
  const names = Object.keys(replaced).map((name) => name.toLowerCase());
  const kept = Object.entries(answer.headers).filter(([name]) => !names.includes(name));
  const given = Object.entries(replaced).filter(([, value]) => value !== '');
  return { ...answer, headers: Object.fromEntries([...kept, ...given]) };
}
