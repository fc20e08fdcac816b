import { countFigures } from './figures.js';
import type { ReportData } from './report-data.js';
import { makeTables, type Table } from './tables.js';
import { describeTime } from './times.js';
import { encodeReport } from './wire.js';

/** What is put into each page beside its data: the built script with its chart library, and all styles. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** What the colours of the lanes and bars say. */
const KEY = [
  ['card', 'on the card'],
  ['card-small', 'on the card with the smaller model'],
  ['cpu', 'on the CPU; breaker half-open'],
  ['remote', 'on another machine'],
  ['none', 'nowhere'],
  ['good', 'breaker closed'],
  ['fault', 'breaker open; a fault'],
  ['kept', 'waits for a person'],
]
  .map(([name, words]) => `<span><i style="background:var(--${name})"></i>${words}</span>`)
  .join(' ');

/**
 * One HTML file that needs nothing else: no request leaves the browser, which the page's own policy (CSP) holds.
 * It shows figures and tables without its script too.
 */
export function renderReport(data: ReportData, assets: PageAssets): string {
  const figures = countFigures(data);
  const tables = makeTables(data, figures);
  const title = `Swictation: ${data.source}`;
  const from = describeTime(data.fromS, data.clock);
  const to = describeTime(data.toS, data.clock);
  const legend = data.simulated
    ? '<p class="simulated" role="note">Simulated: the card in this picture is a model, no figure was measured on one.</p>'
    : '';
  return `<!doctype html>
<html lang="en"${data.simulated ? ' class="is-simulated"' : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${assets.style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(from)} to ${escapeHtml(to)}</p>
${legend}
</header>
<main>
<section aria-labelledby="picture-title">
<h2 id="picture-title">What happened</h2>
<nav id="zoom" aria-label="Stretch of time" hidden>
<button type="button" data-zoom="all">All</button>
<button type="button" data-zoom="3600">1 hour</button>
<button type="button" data-zoom="60">1 minute</button>
<button type="button" data-zoom="in" aria-label="Zoom in">+</button>
<button type="button" data-zoom="out" aria-label="Zoom out">−</button>
<button type="button" data-walk="-1">Event before</button>
<button type="button" data-walk="1">Event after</button>
</nav>
<p id="told" role="status" aria-live="polite">Drag over a stretch to look closer. Arrow keys walk from event to event, + and − zoom, Home shows all.</p>
<figure id="memory" tabindex="0" aria-label="Card memory over time; the table “Hour by hour” has its peaks"></figure>
<figure id="timeline" tabindex="0" aria-label="Models, breaker, texts and events over time; arrow keys walk through the events"></figure>
<p class="key">${KEY}</p>
<figure id="hours-chart" tabindex="0" aria-label="Texts per hour and words per minute; the table “Hour by hour” has the figures"></figure>
<figure id="delays-chart" tabindex="0" aria-label="Delay of each text; the table “Speech to text, by engine” has the figures"></figure>
<noscript><p>The charts need JavaScript; the tables below have their figures.</p></noscript>
</section>
${tables.map(renderTable).join('\n')}
</main>
<script type="application/octet-stream" id="data">${encodeReport(data)}</script>
<script>${assets.script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

function renderTable({ id, title, head, rows, note }: Table): string {
  const open = id === 'summary' || id === 'rungs' ? ' open' : '';
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${escapeHtml(cell)}</${tag}>`);
  const body = rows.map((row) => `<tr>${cells(row, 'td').join('')}</tr>`).join('\n');
  const empty = rows.length === 0 ? '<p>Nothing.</p>' : '';
  return `<details id="table-${id}"${open}>
<summary><h2>${escapeHtml(title)}</h2></summary>
${empty}<table><thead><tr>${cells(head, 'th').join('')}</tr></thead><tbody>
${body}
</tbody></table>${note === null ? '' : `<p>${escapeHtml(note)}</p>`}
</details>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
