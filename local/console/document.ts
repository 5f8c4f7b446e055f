import { type Html, html } from '../../lambda/console/html.ts';
import { type SearchInput, searchForm } from './search-page.ts';

/** A log, and the tick of the collector. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0a5fb4"/><path d="M3.5 5h9M3.5 8h4M7 11l2 2 4-5" fill="none" stroke="#fff" stroke-width="1.6"/></svg>`;

/** A whole page around some content. */
export function documentOf(
  title: string,
  content: Html,
  search: SearchInput,
  canAdd: boolean,
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Auth0 log collector</title>
<link rel="icon" type="image/svg+xml" href="/icon.svg">
<link rel="stylesheet" href="/console.css">
<script type="module" src="/live.js"></script>
</head>
<body class="console page auto">
<header class="top"><h1><a href="/">Auth0 log collector</a></h1><small>on this machine</small>${canAdd ? html`<a id="add-tenant" href="/add-tenant">Add a tenant</a>` : undefined}</header>
${searchForm(search)}
<main>
<p id="ended" class="problem" role="alert" hidden>The run has ended; this is what was known last.</p>
${content}
</main>
</body>
</html>
`.toString();
}
