import { isCancel, password } from '@clack/prompts';
import { UsageError } from './usage-error.ts';

/** The client secret of a real tenant: never an argument, since arguments are seen by others. */
export async function readRealSecret(): Promise<string> {
  const given = process.env['AUTH0_CLIENT_SECRET'];
  if (given !== undefined && given.trim() !== '') return given.trim();
  if (!process.stdin.isTTY) {
    throw new UsageError('The client secret is missing: set AUTH0_CLIENT_SECRET');
  }
  const typed = await password({ message: 'Client secret of the application' });
  if (isCancel(typed) || typed.trim() === '') throw new UsageError('No client secret was given');
  return typed.trim();
}
