import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, styleElement } from '../../lambda/console/html.ts';
import { STYLE } from '../../lambda/console/style.ts';
import { HOSTILE } from './hostile.ts';

const DECODED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const decode = (text: string): string =>
  text.replace(/&[#a-z0-9]*;?/g, (entity) => DECODED[entity] ?? `unknown entity ${entity}`);

/** What a person may see of a text: characters that act are marks. */
const visible = (text: string): string =>
  text.replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');

describe('a template of HTML', () => {
  it('shows any text as it is and lets none of it be markup', () => {
    fc.assert(
      fc.property(HOSTILE, (value) => {
        const inner = html`<p>${value}</p>`.toString().slice('<p>'.length, -'</p>'.length);
        expect(inner).not.toMatch(/[<>"']/);
        expect(decode(inner)).toBe(visible(value));
      }),
    );
  });

  it('keeps any value within its attribute', () => {
    fc.assert(
      fc.property(HOSTILE, (value) => {
        const start = '<input type="text" value="';
        const inner = html`<input type="text" value="${value}">`.toString();
        const held = inner.slice(start.length, -'">'.length);
        expect(inner.startsWith(start)).toBe(true);
        expect(held).not.toMatch(/[<>"']/);
        expect(decode(held)).toBe(visible(value));
      }),
    );
  });

  it('makes any value one part of a path or of a query', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (part, query) => {
        const text = html`<a href="/incident/a${part}?q=${query}">x</a>`.toString();
        const address = /^<a href="([^"]*)">x<\/a>$/.exec(text)?.[1] ?? '';
        const url = new URL(address, 'http://127.0.0.1');
        expect(url.origin).toBe('http://127.0.0.1');
        expect(decodeURIComponent(url.pathname)).toBe(`/incident/a${part.toWellFormed()}`);
        expect(url.searchParams.get('q')).toBe(query.toWellFormed());
        expect([...url.searchParams.keys()]).toEqual(['q']);
        expect(url.hash).toBe('');
      }),
    );
  });

  it('puts pieces of HTML together and leaves out what is undefined', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${undefined}${3}</ul>`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>3</ul>',
    );
  });

  it('refuses a value where none can be made safe', () => {
    const value = 'x';
    const wrong = [
      () => html`<p ${value}>`,
      () => html`<${value}>`,
      () => html`<p class=${value}>`,
      () => html`<p class='${value}'>`,
      () => html`<p onclick="${value}">`,
      () => html`<p style="${value}">`,
      () => html`<iframe srcdoc="${value}"></iframe>`,
      () => html`<a href="${value}">`,
      () => html`<a href="/${value}">`,
      () => html`<a href="//${value}">`,
      () => html`<a href="javascript:${value}">`,
      () => html`<script>${value}</script>`,
      () => html`<style>p{}</style><style>${value}</style>`,
      () => html`<!-- ${value} -->`,
      () => html`<p title="${html`<b>x</b>`}">`,
      () => html`<p title="x`,
    ];
    for (const make of wrong) expect(make, make.toString()).toThrow(TypeError);
  });

  it('knows the places behind elements that hold no HTML', () => {
    expect(html`<style>p > b{}</style><p>${'<'}</p>`.toString()).toBe(
      '<style>p > b{}</style><p>&lt;</p>',
    );
  });

  it('takes a style sheet only as one that can not end its element', () => {
    expect(styleElement(STYLE).toString()).toBe(`<style>${STYLE}</style>`);
    expect(() => styleElement('p{}</style><script>')).toThrow(TypeError);
  });
});
