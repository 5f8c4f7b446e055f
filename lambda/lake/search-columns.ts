import { at, type EventFacts, text } from '../auth0/event-facts.ts';

/**
 * Flat columns beside the OCSF ones, in the lake's own layout only: what people look events up by,
 * under names that mean the same in every class. All of them are texts.
 */
export const SEARCH_COLUMNS = [
  'log_id',
  'event_code',
  'event_name',
  'user_id',
  'user_name',
  'ip',
  'country',
  'city',
  'client_id',
  'client_name',
  'connection',
  'hostname',
  'user_agent',
  'organization_id',
  'archive_key',
] as const;

export type SearchColumn = (typeof SEARCH_COLUMNS)[number];
export type SearchValues = Readonly<Record<SearchColumn, string | undefined>>;

/** The search columns of an event; `archiveKey` names the archive object that holds it as served. */
export function searchValues(facts: EventFacts, archiveKey: string): SearchValues {
  const { userId, userName } = whoDidIt(facts);
  return {
    log_id: facts.logId,
    event_code: facts.code,
    event_name: facts.type.name,
    user_id: userId,
    user_name: userName,
    ip: facts.ip,
    country: facts.place?.countryCode ?? facts.place?.country,
    city: facts.place?.city,
    client_id: facts.clientId,
    client_name: facts.clientName,
    connection: facts.connection,
    hostname: facts.hostname,
    user_agent: facts.userAgent,
    organization_id: facts.organizationId,
    archive_key: archiveKey,
  };
}

/** For calls of the Management API the administrator who made them, where the event names one. */
function whoDidIt({ call, details, userId, userName }: EventFacts) {
  if (call === undefined) return { userId, userName };
  const administrator = at(details, 'request', 'auth', 'user');
  const id = text(at(administrator, 'user_id'));
  if (id === undefined) return { userId, userName };
  const name = text(at(administrator, 'email')) ?? text(at(administrator, 'name'));
  return { userId: id, userName: name };
}
