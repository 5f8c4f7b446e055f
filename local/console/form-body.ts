import type { IncomingMessage } from 'node:http';

/** Far more than the longest fields of a form, written as a URL, take together. */
const BODY_BYTES_MAX = 16_384;

/** Why a form is not read, as an answer of HTTP. */
export interface FormRefusal {
  readonly status: number;
  readonly sentence: string;
}

export type Fields = Readonly<Record<string, string>>;

/**
 * Reads the fields of a form that a page of the console has sent. How long that may take, the server
 * holds.
 *
 * @param names those of the form; there may be no other
 */
export async function readForm(
  request: IncomingMessage,
  names: readonly string[],
): Promise<Fields | FormRefusal> {
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/x-www-form-urlencoded') {
    return { status: 415, sentence: 'A form is expected' };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // What is too much is read, since who still sends does not see an answer, but not kept.
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > BODY_BYTES_MAX) return { status: 413, sentence: 'The form is too large' };
  const pairs = [...new URLSearchParams(Buffer.concat(chunks).toString('utf8'))];
  const isOwn = pairs.every(([name]) => names.includes(name));
  const fields = Object.fromEntries(pairs);
  if (isOwn && Object.keys(fields).length === pairs.length) return fields;
  return { status: 400, sentence: 'The form has a field that is not known, or one twice' };
}

export const isRefusal = (read: Fields | FormRefusal): read is FormRefusal =>
  typeof read['status'] === 'number';
