/** Names that the services of AWS give to one and the same refusal. */
const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError'];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const UNKNOWN = [
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'KmsAccessDeniedException'];

/** Causes of causes that are looked at. */
const DEPTH_MAX = 5;

/**
 * Why AWS did not let a command in and what to do, in one sentence; undefined when it did.
 *
 * @param doing what was tried, for a refusal that names no action itself
 */
export function awsRefusal(thrown: unknown, doing: string = 'that'): string | undefined {
  let error = thrown;
  let tried = doing;
  for (let depth = 0; depth < DEPTH_MAX && error instanceof Error; depth += 1) {
    const words = refusalOf(error, tried);
    if (words !== undefined) return words;
    tried = error.message;
    error = error.cause;
  }
  return undefined;
}

function refusalOf({ name, message }: Error, doing: string): string | undefined {
  if (NO_CREDENTIALS.includes(name)) {
    return `There are no AWS credentials to go by (${firstLine(message)}): sign in, for instance with aws sso login, or set AWS_PROFILE to a profile that there is, or name a data folder with --local`;
  }
  if (EXPIRED.includes(name)) {
    return 'The AWS credentials have expired: sign in again, for instance with aws sso login';
  }
  if (UNKNOWN.includes(name)) {
    return `AWS does not accept the credentials (${name}): check AWS_PROFILE, or sign in again`;
  }
  if (message === 'Region is missing') {
    return 'No AWS region is set: set AWS_REGION to that of the stacks, or name a data folder with --local';
  }
  return DENIED.includes(name) ? denial(message, doing) : undefined;
}

/** AWS says which action on what, as the documentation of access denied errors of IAM shows it. */
function denial(message: string, doing: string): string {
  const [, action, resource] =
    /not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: (\S+))?/.exec(message) ?? [];
  if (action === undefined) {
    return `The AWS credentials may not do this (${firstLine(doing)}): allow it to them, see "Permissions" in docs/operating.md`;
  }
  const where = resource === undefined ? '' : ` on ${resource}`;
  return `The AWS credentials lack the permission ${action}${where}: allow it to them, see "Permissions" in docs/operating.md`;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
