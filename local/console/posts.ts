import type { IncomingMessage } from 'node:http';
import { type Html, html } from '../../lambda/console/html.ts';
import { type AddState, addPage, EMPTY, REAL_FORM, SIMULATED_FORM } from './add-page.ts';
import { type Answer, pageAnswer, plain, seeOther } from './answer.ts';
import { failedChecks } from './check-list.ts';
import { type Fields, isRefusal, readForm } from './form-body.ts';
import type { RouteParts } from './routes.ts';
import { credentialsPage, emptyCredentials } from './set-up.ts';
import {
  CREDENTIAL_FIELDS,
  type Problems,
  REAL_FIELDS,
  readCredentialFields,
  readReal,
  readSimulated,
  SIMULATED_FIELDS,
} from './tenant-fields.ts';
import type { Outcome, TenantChanges, WantedTenant } from './tenants.ts';

/** What was sent is not done, since something in it is not as it has to be. */
const UNPROCESSABLE = 422;

/**
 * Answers a POST.
 *
 * @param pageBefore the path of the page that sent it
 */
export async function answerPost(
  parts: RouteParts,
  path: string,
  request: IncomingMessage,
  pageBefore: string,
): Promise<Answer> {
  const { changes } = parts.tenants;
  if (changes !== undefined && path === '/add-tenant') {
    return withFields(request, REAL_FIELDS, (fields) => addReal(parts, changes, fields));
  }
  if (changes !== undefined && path === '/add-simulated-tenant') {
    return withFields(request, SIMULATED_FIELDS, (fields) => addSimulated(parts, changes, fields));
  }
  const [, kind, name, action] =
    /^\/(tenant|credentials)\/([^/]+)(?:\/([a-z]+))?$/.exec(path) ?? [];
  const tenant = parts.tenants.list().find((candidate) => candidate.name === name);
  if (tenant === undefined) return NOTHING;
  if (kind === 'tenant' && action === 'remove') {
    return changes?.remove(tenant.name) ? seeOther('/') : NOTHING;
  }
  if (kind === 'tenant') return act(parts, tenant.name, action) ? seeOther(pageBefore) : NOTHING;
  if (changes === undefined || action !== undefined || tenant.setUp?.isSimulated !== false) {
    return NOTHING;
  }
  return withFields(request, CREDENTIAL_FIELDS, (fields) =>
    changeCredentials(parts, changes, tenant.name, fields),
  );
}

const NOTHING = plain(404, 'There is nothing here');

async function withFields(
  request: IncomingMessage,
  names: readonly string[],
  use: (fields: Fields) => Promise<Answer>,
): Promise<Answer> {
  const read = await readForm(request, names);
  return isRefusal(read) ? plain(read.status, read.sentence) : use(read);
}

/** What a button did: true when it was understood. */
function act({ tenants, proofs }: RouteParts, name: string, action: string | undefined): boolean {
  const control = tenants.list().find((tenant) => tenant.name === name)?.control;
  if (action === 'verify') void proofs.start(name);
  else if (action === 'pause' && control) control.pause();
  else if (action === 'resume' && control) control.resume();
  else if (action === 'check' && control) control.tickNow();
  else return false;
  return true;
}

async function addReal(parts: RouteParts, changes: TenantChanges, fields: Fields): Promise<Answer> {
  const { value, problems } = readReal(fields, Date.now());
  const again = (more: Again) => addAgain(parts, REAL_FORM, fields, more);
  return problems === undefined ? add(changes, value, again) : again({ problems });
}

async function addSimulated(
  parts: RouteParts,
  changes: TenantChanges,
  fields: Fields,
): Promise<Answer> {
  const { value, problems } = readSimulated(fields);
  const again = (more: Again) => addAgain(parts, SIMULATED_FORM, fields, more);
  return problems === undefined ? add(changes, value, again) : again({ problems });
}

/** What is said when a form comes back. */
interface Again {
  readonly problems?: Problems;
  readonly above?: Html;
}

async function add(
  changes: TenantChanges,
  wanted: WantedTenant,
  again: (more: Again) => Answer,
): Promise<Answer> {
  const outcome = await changes.add(wanted);
  if (outcome.kind === 'done') return seeOther(`/tenant/${wanted.name}`);
  return again(
    outcome.kind === 'refused'
      ? { problems: { name: `${outcome.sentence}.` } }
      : { above: failedChecks(outcome.lines) },
  );
}

function addAgain(
  { tenants }: RouteParts,
  id: typeof REAL_FORM | typeof SIMULATED_FORM,
  fields: Fields,
  { problems = {}, above }: Again,
): Answer {
  const state: AddState = { ...EMPTY, [id]: { id, fields, problems }, ...(above && { above }) };
  return pageAnswer(tenants, 'Add a tenant', addPage(state), { status: UNPROCESSABLE });
}

async function changeCredentials(
  { tenants }: RouteParts,
  changes: TenantChanges,
  tenant: string,
  fields: Fields,
): Promise<Answer> {
  const again = ({ problems = {}, above }: Again): Answer => {
    const page = credentialsPage(tenant, { ...emptyCredentials(), fields, problems }, above);
    return pageAnswer(tenants, `Credentials of ${tenant}`, page, { status: UNPROCESSABLE });
  };
  const { value, problems } = readCredentialFields(fields);
  if (problems !== undefined) return again({ problems });
  const outcome = await changes.changeCredentials(tenant, value);
  if (outcome.kind === 'done') return seeOther(`/tenant/${tenant}`);
  return again({ above: whyNot(outcome) });
}

const whyNot = (outcome: Exclude<Outcome, { kind: 'done' }>): Html =>
  outcome.kind === 'failed'
    ? failedChecks(outcome.lines)
    : html`<p class="problem words" role="alert">Nothing was changed: ${outcome.sentence}.</p>`;
