import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { Auth0Collector, type DetectionByTenant } from '../../infra/index.ts';
import { SettingsError } from '../../infra/settings-error.ts';
import { buildStacks } from '../../infra/stacks.ts';
import { parseTenants } from '../../infra/tenants.ts';
import { RULES } from '../../lambda/detect/rules/catalogue.ts';
import { DEFAULT_DETECTION, readDetectionSettings } from '../../lambda/detect/settings.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { TemplateJson } from './evaluate.ts';
import { appContext, resourcesOf } from './synthesise.ts';

const ENTRY = { domain: 'acme.us.auth0.com', plan: 'enterprise' };
const CHANGED = {
  off: ['A0-LOG-06'],
  limits: { 'A0-LOG-01': { count: 20 } },
  // Longer than the command of a shell may be, and with what means something to one.
  allow: { ips: [], users: Array.from({ length: 1_000 }, (_, at) => `'$(${at})'`.padEnd(200)) },
};

describe('what tenants change about their detection', () => {
  test('lies beside the code of the detector, where it looks for it', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'detection-'));
    try {
      const app = new App({
        outdir,
        context: { ...appContext(), 'aws:cdk:bundling-stacks': ['Auth0Collector'] },
      });
      const tenants = [
        { ...ENTRY, name: 'acme', detection: CHANGED },
        { ...ENTRY, name: 'shop' },
      ];
      buildStacks(app, parseTenants({ tenants }));
      const template = app.synth().getStackArtifact('Auth0Collector').template as TemplateJson;
      const path = settingsPath(template);
      expect(path).toMatch(/^\/var\/task\/[^/]+$/);
      const files = readdirSync(outdir)
        .map((name) => join(outdir, name, basename(path)))
        .filter((name) => existsSync(name));
      expect(files).toHaveLength(1);
      const [file = ''] = files;
      expect(statSync(file).mode & 0o777).toBe(0o644);
      const settingsOf = readDetectionSettings(readFileSync(file, 'utf8'), RULES);
      expect(settingsOf('acme')).toMatchObject(CHANGED);
      expect(settingsOf('shop')).toEqual(DEFAULT_DETECTION);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }, 60_000);

  test.each<[DetectionByTenant, expected: string]>([
    [{ acme: { off: ['A0-LOG-99'] } }, 'detection, field "acme.off.0": there is no rule A0-LOG-99'],
    [{ acme: { rules: [] } }, 'detection, field "acme", unknown field "rules": correct'],
  ])('is checked in another app, too: %j', (detection, expected) => {
    const make = () =>
      new Auth0Collector(new Stack(new App({ context: appContext() }), 'Own'), 'Collector', {
        tenantNames: ['acme'],
        detection,
      });
    expect(make).toThrow(SettingsError);
    expect(make).toThrow(expected);
  });
});

function settingsPath(template: TemplateJson): string {
  const paths = resourcesOf(template, 'AWS::Lambda::Function').flatMap(([, { Properties }]) => {
    const { Variables } = Properties['Environment'] as { Variables: Record<string, string> };
    return Variables[ENV.detectionSettingsFile] ?? [];
  });
  expect(paths).toHaveLength(1);
  return paths[0] ?? '';
}
