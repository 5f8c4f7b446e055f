import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lint } from './cfn-lint.ts';
import { synthesiseApp } from './synthesise-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['tenants.json', 'tenants.example.json'])('the templates of %s', (tenantsFile) => {
  const templates = [...synthesiseApp(tenantsFile, join(folder, tenantsFile))];

  it('are those of the shared stack and of each tenant', () => {
    const { tenants } = JSON.parse(readFileSync(tenantsFile, 'utf8'));
    const names = tenants.map(({ name }: { name: string }) => `Auth0Collector-${name}`);
    expect(templates.map(([name]) => name).sort()).toEqual(['Auth0Collector', ...names].sort());
  });

  it.each(templates)('have nothing that cfn-lint finds: %s', (_name, path) => {
    expect(lint(path)).toEqual([]);
  });
});

describe('a template with mistakes', () => {
  it('is found out', () => {
    const path = join(folder, 'mistaken.template.json');
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeOut: 30 } };
    writeFileSync(path, JSON.stringify({ Resources: { Queue }, Outputs: { Wrong: {} } }));
    const findings = lint(path).join('\n');
    expect(findings).toContain('VisibilityTimeOut');
    expect(findings).toContain("'Value' is a required property");
  });
});
