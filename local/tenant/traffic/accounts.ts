/** Signing up, being invited, confirming addresses, changing or deleting one's account. */

import {
  ACCOUNT,
  blank,
  type CommonField,
  type Fields,
  failed,
  LOGIN,
  REQUEST,
  type Shape,
  type Shapes,
} from './fields.ts';
import { riskAssessment } from './logins.ts';
import { isoTime, type Scene } from './scene.ts';

const DAY_MS = 86_400_000;
const WRONG_TICKET = 'The ticket was used before or is too old.';

/** What the account pages of Auth0 send along with every request. */
function form(s: Scene): Fields {
  return {
    client_id: s.application.clientId,
    connection: s.connection.name,
    email: s.person.email,
    tenant: s.tenant.name,
  };
}

function link(s: Scene): Fields {
  return {
    ...form(s),
    user_id: s.person.userId,
    idp_user_id: s.person.identityId,
    resultUrl: `${s.application.url}/welcome`,
  };
}

const verifyTicket = (s: Scene): Fields => ({ tenant: s.tenant.name, ticket: s.draw.alnum(32) });

function succeeded(
  description: string,
  details: (s: Scene) => Fields,
  carries: readonly CommonField[] = ACCOUNT,
): Shape {
  return {
    carries,
    own: (s) => ({ description: s.draw.chance(0.8) ? description : '', details: details(s) }),
  };
}

function refused(
  reason: string,
  details: (s: Scene) => Fields,
  carries: readonly CommonField[] = ACCOUNT,
): Shape {
  return { carries, own: (s) => failed(reason, details(s)) };
}

const newEmail = (s: Scene): Fields => ({
  ...form(s),
  user_id: s.person.userId,
  email: s.person.email.replace('@', '.old@'),
  newEmail: s.person.email,
  verify: true,
});

const newName = (s: Scene): Fields => ({
  ...form(s),
  user_id: s.person.userId,
  oldUsername: `${s.person.email.split('@')[0]}_old`,
});

const newPhone = (s: Scene): Fields => ({
  client_id: s.application.clientId,
  connection: s.connection.name,
  tenant: s.tenant.name,
  user_id: s.person.userId,
  old_phone_number: s.person.phone,
  new_phone_number: `${s.person.phone.slice(0, -2)}99`,
  verify: true,
});

const resetRequest = (s: Scene): Fields => ({
  transaction_id: s.session.transactionId,
  body: { ...form(s), debug: false, verify: true, requiredCaptcha: false },
});

const resetPage = (s: Scene): Fields => ({
  body: {
    _csrf: '*****',
    ticket: '*****',
    newPassword: '*****',
    confirmNewPassword: '*****',
  },
  query: {
    ...form(s),
    user_id: s.person.userId,
    username: s.person.email,
    newPassword: '*****',
    includeEmailInRedirect: false,
    markEmailAsVerified: true,
    resultUrl: `${s.application.url}/welcome`,
  },
});

const verifyRequest = (s: Scene): Fields => ({
  body: {
    ...link(s),
    includeEmailInRedirect: false,
    job_id: `job_${s.draw.alnum(16)}`,
    template: { type: 'verify_email' },
    to: s.person.email,
    ttl_sec: 432_000,
  },
});

const invitation = (s: Scene): Fields => ({
  invitation: {
    id: `uinv_${s.draw.alnum(16)}`,
    client_id: s.application.clientId,
    created_at: isoTime(s, -2 * DAY_MS),
    expires_at: isoTime(s, 5 * DAY_MS),
    inviter: { name: 'Partner Team', organization_id: s.person.organization?.id ?? '' },
    invitee: { email: s.person.email },
    roles: [`rol_${s.draw.alnum(16)}`],
    ticket_id: s.draw.alnum(32),
  },
});

const deletion = (s: Scene): Fields => ({
  body: { connection: s.connection.name, tenant: s.tenant.name },
});

const linkedAccount = (s: Scene): Fields => ({
  request: { method: 'POST', path: '/me/v1/connected-accounts/complete' },
  connected_account: { id: `cac_${s.draw.alnum(20)}`, idp_user_id: s.person.identityId },
});

const unlinkedAccount = (s: Scene): Fields => ({
  request: { method: 'DELETE', path: `/me/v1/connected-accounts/accounts/cac_${s.draw.alnum(20)}` },
});

const accountError = (s: Scene, details: Fields, status: number, reason: string): Fields => ({
  description: reason,
  details: {
    ...details,
    error: {
      status,
      title: 'Bad Request',
      detail: reason,
      type: `https://${s.tenant.hostname}/errors`,
    },
  },
});

const AT_ENDPOINT: readonly CommonField[] = [...REQUEST, 'connection', 'connection_id'];

export const ACCOUNTS: Shapes = {
  ss: succeeded(
    '',
    (s) => ({
      body: {
        ...form(s),
        password: '*****',
        'user-agent': s.device.raw,
        ip: s.device.ip,
        request_language: 'en',
        user_metadata: { newsletter: s.draw.chance(0.3) ? 'yes' : 'no' },
      },
      session_id: s.session.id,
      transaction_id: s.session.transactionId,
      riskAssessment: riskAssessment(s),
    }),
    LOGIN,
  ),
  fs: refused('The user already exists.', (s) => ({ riskAssessment: riskAssessment(s) }), LOGIN),
  fpurh: refused('The hook did not answer in time.', () => ({})),
  si: succeeded('Invitation accepted', invitation, AT_ENDPOINT),
  fi: refused('The invitation has expired.', invitation, AT_ENDPOINT),
  organization_member_added: succeeded('', () => ({ reason: 'invitation' }), AT_ENDPOINT),
  svr: succeeded('Verification email requested', verifyRequest),
  fvr: refused('The email provider is not set up.', verifyRequest),
  sv: succeeded('Your email was verified. You can continue using the application.', (s) => ({
    title: 'Email Verified',
    email: s.person.email,
    query: { ...link(s), includeEmailInRedirect: false },
    body: verifyTicket(s),
  })),
  fv: {
    carries: ACCOUNT,
    own: (s) => {
      const query = { ...link(s), includeEmailInRedirect: 'false' };
      const body = verifyTicket(s);
      // Auth0's own record repeats these beside the details, for this type alone.
      const page = { title: 'Email Not Verified', email: s.person.email, query, body };
      return { ...failed(WRONG_TICKET, page), ...page };
    },
  },
  scpr: succeeded('Password reset requested', resetRequest),
  fcpr: refused('The user does not exist.', resetRequest),
  scp: succeeded('You can now login to the application with the new password.', (s) => ({
    title: 'Password Changed',
    email: s.person.email,
    ...resetPage(s),
  })),
  fcp: refused('The password is too weak.', (s) => ({
    ...resetPage(s),
    description: 'The password is too weak.',
  })),
  fcph: refused('The action after the password change failed.', (s) => ({
    actions: { executions: [s.draw.opaque(30)] },
  })),
  sce: succeeded('Email changed', (s) => ({ body: { ...newEmail(s), email_verified: 'false' } })),
  fce: refused('The new address is taken.', (s) => ({
    body: { ...newEmail(s), email_verified: false },
  })),
  scu: succeeded('Username changed', (s) => ({
    body: { ...newName(s), newUsername: s.person.email.split('@')[0] },
  })),
  fcu: refused('The username is taken.', (s) => ({
    // The key is spelled this way in Auth0's record of the failure.
    body: { ...newName(s), newUername: s.person.email.split('@')[0] },
  })),
  scpn: succeeded('Phone number changed', (s) => ({
    body: { ...newPhone(s), phone_verified: true },
  })),
  fcpn: refused('The phone number is taken.', (s) => ({
    body: { ...newPhone(s), phone_verified: 'false' },
  })),
  sdu: succeeded('User deleted', deletion),
  fdu: refused('The user directory did not answer.', deletion),
  connected_accounts_connection_succeeded: succeeded('', linkedAccount, AT_ENDPOINT),
  connected_accounts_connection_failed: {
    carries: AT_ENDPOINT,
    own: (s) =>
      accountError(
        s,
        { request: { method: 'POST', path: '/me/v1/connected-accounts/complete' } },
        400,
        'The provider denied access.',
      ),
  },
  connected_accounts_delete_succeeded: succeeded('', unlinkedAccount, AT_ENDPOINT),
  connected_accounts_delete_failed: {
    carries: AT_ENDPOINT,
    own: (s) => accountError(s, unlinkedAccount(s), 404, 'No such connected account.'),
  },
  wum: {
    carries: ['user_id', 'user_name'],
    own: (s) => ({
      description: blank(s) ?? 'The user was updated while a deletion was under way.',
      details: { tenant: s.tenant.name, user_id: s.person.userId },
    }),
  },
};
