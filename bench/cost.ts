/** `npm run bench:cost`: counts what is billed, and writes bench/cost.json and docs/cost.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withFigures } from './cost/document.ts';
import { countFacts } from './cost/facts.ts';
import { readPrices } from './cost/prices.ts';

const DOCUMENT = 'docs/cost.md';

const facts = countFacts();
const document = withFigures(readFileSync(DOCUMENT, 'utf8'), facts, readPrices());
writeFileSync('bench/cost.json', `${JSON.stringify(facts, null, 2)}\n`);
writeFileSync(DOCUMENT, document);
process.stdout.write(`bench/cost.json and the figures of ${DOCUMENT} are written.\n`);
