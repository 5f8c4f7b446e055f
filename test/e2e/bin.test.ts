import { describe, expect, it } from 'vitest';
import { runCommand } from './command.ts';

describe('the linked command', () => {
  it('is the operator’s command, with its output and its exit code', async () => {
    const rules = await runCommand('cli/bin.mjs', ['rules', '--json']);
    expect(rules.code).toBe(0);
    expect(JSON.parse(rules.stdout.split('\n')[0] ?? '')).toMatchObject({ id: 'A0-ADM-01' });
    const wrong = await runCommand('cli/bin.mjs', ['no-such-command']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('no-such-command');
  });
});
