import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectionsDocument } from '../../docs/detections-document.ts';
import { RULES } from '../../lambda/detect/rules/catalogue.ts';
import { readDetectionSettings } from '../../lambda/detect/settings.ts';

const text = detectionsDocument();

describe('the document on incidents', () => {
  it('is what the catalogue makes of it now; the script docs:generate writes it', () => {
    expect(readFileSync('docs/detections.md', 'utf8')).toBe(text);
  });

  it('has a section for each rule', () => {
    const sections = [...text.matchAll(/^### (A0-\w+-\d+)$/gm)].map(([, id]) => id);
    expect(sections.sort()).toEqual(RULES.map(({ id }) => id).sort());
  });

  it('shows settings that are accepted', () => {
    const [, shown = ''] = /```json\n"detection": (\{.*?\n\})\n```/s.exec(text) ?? [];
    expect(readDetectionSettings(`{"acme": ${shown}}`, RULES)('acme').off).toEqual(['A0-LOG-06']);
  });
});
