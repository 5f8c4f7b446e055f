/** The long texts that administrators save now and then: page templates, bundled fonts, lists. */

import { Draw, mix } from './draw.ts';

const LINES = [
  '    <div class="field"><label for="email">Email</label><input id="email" type="email"></div>\n',
  '    <p class="hint">Your reference for support is below.</p>\n',
  '    <tr><td style="padding:12px 24px;font-family:Helvetica,Arial,sans-serif">Hello,</td></tr>\n',
  '    .widget-panel { border-radius: 6px; box-shadow: 0 1px 3px rgba(0, 0, 0, 0.2); }\n',
  '    .button-primary:hover { background: #205493; transition: background 120ms ease-in; }\n',
  '    <a class="link" href="https://www.example.com/privacy">Privacy</a>\n',
  '    {%- if prompt.name == "login" -%}<h1 class="title">Welcome back</h1>{%- endif -%}\n',
  '    <li class="provider" data-strategy="social"><span class="icon"></span>Continue</li>\n',
];

const PAGE_LENGTH = 60_000;
const FONT_LENGTH = 180_000;

export interface Documents {
  /** An HTML page of about this many characters, up to 60,000. */
  page(length: number): string;
  /** A page with a font built in, of about this many characters, up to 180,000. */
  pageWithFont(length: number): string;
}

/** Documents are cut from two long texts, made once when the first is asked for. */
export function createDocuments(seed: number): Documents {
  let page: string | undefined;
  let font: string | undefined;
  const wholePage = (): string => {
    page ??= writePage(new Draw(mix(seed, 0xd0c)));
    return page;
  };
  return {
    page: (length) => `<!DOCTYPE html>\n<html>\n${wholePage().slice(0, length)}\n</html>\n`,
    pageWithFont: (length) => {
      font ??= new Draw(mix(seed, 0xf07)).alnum(FONT_LENGTH);
      const embedded = `src: url(data:font/woff2;base64,${font.slice(0, length)})`;
      return `<!DOCTYPE html>\n<style>@font-face { ${embedded} }</style>\n${wholePage().slice(0, 8_000)}`;
    },
  };
}

function writePage(draw: Draw): string {
  const lines: string[] = [];
  let length = 0;
  while (length < PAGE_LENGTH) {
    const line = draw.pick(LINES);
    lines.push(line);
    length += line.length;
  }
  return lines.join('');
}
