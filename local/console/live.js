// Keeps the page up to date: fetches it again and puts in what has changed. Without it, the page is
// as it was when it was loaded.
const EVERY_MS = 3_000;

const ended = document.getElementById('ended');
const live = () => [...document.querySelectorAll('[data-live]')];

const tilesOf = (page) =>
  [...page.querySelectorAll('.tile')]
    .map(({ id }) => id)
    .sort()
    .join();

async function update() {
  if (document.hidden || live().length === 0) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok && answer.status !== 404) throw new Error(`${answer.status}`);
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // A tenant has come or gone.
    if (tilesOf(next) !== tilesOf(document)) return location.reload();
    replaceChanged(next);
    ended.hidden = true;
  } catch {
    ended.hidden = false;
  }
}

function replaceChanged(next) {
  for (const part of live()) {
    const changed = next.getElementById(part.id);
    if (changed === null) continue;
    for (const { id } of part.querySelectorAll('details[open][id]')) {
      changed.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '');
    }
    if (changed.outerHTML === part.outerHTML) continue;
    // A live region that is replaced is not read out; one whose text changes is.
    if (part.getAttribute('role') === 'status') part.textContent = changed.textContent;
    else exchange(part, changed);
  }
}

function exchange(part, changed) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const place = focused === null ? -1 : focusable(part).indexOf(focused);
  part.replaceWith(document.adoptNode(changed));
  focusable(changed)[place]?.focus({ preventScroll: true });
}

const focusable = (part) => [...part.querySelectorAll('a[href], button, summary')];

setInterval(update, EVERY_MS);
