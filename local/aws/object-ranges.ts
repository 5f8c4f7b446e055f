import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers a request for a part of an object from its file: fauxqs reads the whole object for every
 * part of it, and a search asks for many small parts of large ones.
 *
 * @param path file that holds the object's bytes
 * @returns false when this is no such request, or when the part has to be refused
 */
export function serveRange(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): boolean {
  const [, first = '', last = ''] = RANGE.exec(request.headers.range ?? '') ?? [];
  if (request.method !== 'GET' || (first === '' && last === '')) return false;
  const part = readPart(path, first, last);
  if (part === undefined) return false;
  const { bytes, start, size } = part;
  response.writeHead(206, {
    'content-type': 'application/octet-stream',
    'content-length': bytes.length,
    'content-range': `bytes ${start}-${start + bytes.length - 1}/${size}`,
    'accept-ranges': 'bytes',
  });
  response.end(bytes);
  return true;
}

const RANGE = /^bytes=(\d*)-(\d*)$/;

interface Part {
  readonly bytes: Buffer;
  readonly start: number;
  readonly size: number;
}

function readPart(path: string, first: string, last: string): Part | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(file);
    // `bytes=-5` are the last five.
    const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
    if (start >= end) return undefined;
    const bytes = Buffer.alloc(end - start);
    readSync(file, bytes, 0, bytes.length, start);
    return { bytes, start, size };
  } finally {
    closeSync(file);
  }
}
