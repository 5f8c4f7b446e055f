import type { Message } from '@aws-sdk/client-sqs';
import { asCollectorError, type FailureCode } from '../lambda/platform/errors.ts';
import { type Delivery, decodeEnvelope, readPointer } from '../lambda/queue/envelope.ts';
import type { Books } from './books.ts';

/** A message that ingest gave up, as far as it can be read. */
export interface DeadLetter {
  readonly messageId: string;
  /** When it was sent to the queue first. */
  readonly sentAt: string | undefined;
  readonly tenant: string | undefined;
  readonly seq: number | undefined;
  readonly count: number | undefined;
  /** The failure that it has in itself; undefined when the message is whole. */
  readonly code: FailureCode | undefined;
  readonly why: string;
  /** Ingest can take it now, unless something else is wrong. */
  readonly canBeStored: boolean;
}

/** Reads a dead letter and says why it may have become one: SQS itself does not tell. */
export async function describeDeadLetter(books: Books, message: Message): Promise<DeadLetter> {
  const { MessageId: messageId = '', Body = '', Attributes } = message;
  const sentMs = Number(Attributes?.SentTimestamp);
  const sentAt = sentMs > 0 ? new Date(sentMs).toISOString() : undefined;
  const nothing = { messageId, sentAt, tenant: undefined, seq: undefined, count: undefined };
  try {
    const text = await textOf(books, Body);
    if (text === undefined) {
      const why = 'the object of the bucket that holds the batch is gone';
      return { ...nothing, code: 'ENVELOPE_INVALID', why, canBeStored: false };
    }
    const { tenant, seq, count, ...delivery } = await decodeEnvelope(text);
    const why = await whyWhole(books, { tenant, seq, count, ...delivery });
    const named = { messageId, sentAt, tenant, seq, count };
    return { ...named, code: undefined, why, canBeStored: true };
  } catch (thrown) {
    const { code, message: why } = asCollectorError(thrown);
    if (code !== 'ENVELOPE_INVALID') throw thrown;
    return { ...nothing, code, why, canBeStored: false };
  }
}

/** The envelope, wherever it is; undefined when it is nowhere. */
async function textOf(books: Books, body: string): Promise<string | undefined> {
  const pointer = readPointer(body);
  if (pointer === undefined) return body;
  return (await books.readObject(pointer.overflow))?.toString('utf8');
}

async function whyWhole(books: Books, delivery: Delivery): Promise<string> {
  const { tenant, seq, contentDigest } = delivery;
  return (await books.ledger.isStored(tenant, seq, contentDigest))
    ? 'it is stored already; sending it back changes nothing'
    : 'the message is whole: ingest failed with it again and again, its log says why';
}
