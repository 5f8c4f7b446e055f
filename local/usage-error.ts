/** A wrong option or set-up: the message is one sentence for the person at the terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `--help` was asked for and answered. */
export class HelpShown extends Error {}
