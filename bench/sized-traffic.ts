import type { Traffic } from '../local/tenant/traffic.ts';

const PADDING_KEY = ',"padding":""'.length;

/** Cuts or fills the events of a traffic so that each has about this size as JSON, in bytes. */
export function sized(traffic: Traffic, bytes: number): Traffic {
  return {
    event: (slot) => {
      const event = traffic.event(slot);
      const own = JSON.stringify(event);
      const isTooLarge = own.length > bytes;
      const { details: _large, ...small } = event;
      const base = isTooLarge ? small : event;
      const missing =
        bytes - (isTooLarge ? JSON.stringify(small).length : own.length) - PADDING_KEY;
      return missing > 0 ? { ...base, padding: filler(slot.logId, missing) } : base;
    },
  };
}

/** Text that compresses about as well as log events do. */
function filler(logId: string, length: number): string {
  const words = [logId.slice(17, 23), 'session', logId.slice(-6), 'Mozilla/5.0', 'example.com'];
  let text = '';
  for (let at = 0; text.length < length; at += 1) text += `${words[at % words.length]}${at} `;
  return text.slice(0, length);
}
