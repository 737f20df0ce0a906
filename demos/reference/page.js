// The reference page: every operation of the engine's table, by family, with its parameters and itself at work on a small picture.

import { createEngine } from '../../js/index.js';
import { $, h, plural, toast } from '../shared/dom.js';
import { byFamily } from '../shared/families.js';
import { showMode } from '../shared/mode.js';
import { title } from '../shared/schema.js';
import { startTheme } from '../shared/theme.js';
import { entryOf, measureEntry } from './entry.js';
import { exampleOf } from './examples.js';
import { measuresOf } from './measures.js';
import { CREDIT, loadPictures } from './pictures.js';
import { Previews } from './previews.js';

const AHEAD = '400px'; // how far below the window previews are made already

async function start() {
  startTheme($('#theme'));
  const engine = await createEngine();
  showMode(engine);
  const previews = new Previews(engine, await loadPictures(engine));
  const ops = [...engine.ops];
  const entries = (members) => members.map((op) => entryOf(op, exampleOf(op, ops), previews));
  const sections = byFamily(ops).map(([family, members]) => section(family, entries(members)));
  const measures = measuresOf(engine);
  if (measures.length) sections.push(section('measure', measures.map((measure) => measureEntry(measure, previews))));
  $('#operations').append(...sections);
  $('#credit').textContent = CREDIT;
  listContents(sections);
  watch([...document.querySelectorAll('.entry')]);
  wireSearch(sections);
  goTo(location.hash);
  // To an entry that is shown the browser goes by itself.
  addEventListener('hashchange', () => { if (named(location.hash)?.hidden) goTo(location.hash); });
  document.documentElement.dataset.state = 'ready';
}

function section(family, entries) {
  const id = `family-${family}`;
  return h('section', { class: 'family', 'aria-labelledby': id }, h('h2', { id }, title(family)), entries);
}

function listContents(sections) {
  const contents = $('#contents');
  const wide = matchMedia('(width >= 1040px)');
  const unfold = () => { contents.open = wide.matches; };
  wide.addEventListener('change', unfold);
  unfold();
  const fold = () => { if (!wide.matches) contents.open = false; };
  for (const family of sections) {
    const links = [...family.querySelectorAll('.entry')].map(({ id }) => h('li', {}, h('a', { href: `#${id}`, onclick: fold }, id)));
    $('#nav').append(h('section', {}, h('h3', {}, family.querySelector('h2').textContent), h('ul', {}, links)));
  }
}

/** Previews are made when they come near the window; the contents mark the entry that is being read. */
function watch(entries) {
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) { near.unobserve(target); target.show(); }
  }, { rootMargin: AHEAD });
  const reading = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) mark(linkTo(target), isIntersecting);
  }, { rootMargin: '-20% 0px -75% 0px' });
  for (const entry of entries) { near.observe(entry); reading.observe(entry); }
}

const linkTo = ({ id }) => $(`#nav a[href="#${id}"]`);

function mark(link, isCurrent) {
  if (!isCurrent) { link.removeAttribute('aria-current'); return; }
  link.setAttribute('aria-current', 'true');
  if ($('#contents').open && !link.matches(':focus')) keepInView(link);
}

/** Scrolls the list of contents only: scrollIntoView() would move the page under the reader. */
function keepInView(link) {
  const box = $('#nav');
  const [inner, outer] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - outer.height / 3;
}

function wireSearch(sections) {
  const search = $('#search');
  const entries = [...document.querySelectorAll('.entry')];
  const found = () => entries.filter(({ hidden }) => !hidden);
  const filter = () => {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      entry.hidden = !wanted.every((word) => entry.dataset.text.includes(word));
      linkTo(entry).parentElement.hidden = entry.hidden;
    }
    sections.forEach((family, i) => {
      family.hidden = !family.querySelector('.entry:not([hidden])');
      $('#nav').children[i].hidden = family.hidden;
    });
    const count = found().length;
    $('#none').hidden = count > 0;
    $('#status').textContent = wanted.length ? `${plural(count, 'operation')} found.` : '';
  };
  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && found().length) {
      event.preventDefault();
      const hash = `#${found()[0].id}`;
      if (location.hash === hash) goTo(hash);
      else location.hash = hash;
    }
    if (event.key === 'Escape' && search.value) { event.preventDefault(); search.value = ''; filter(); }
  });
  addEventListener('keydown', (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
  search.clear = () => { search.value = ''; filter(); };
}

const named = (hash) => [...document.querySelectorAll('.entry')].find(({ id }) => `#${id}` === hash);

/** To the operation that the address names, which a search may have hidden. */
function goTo(hash) {
  const entry = named(hash);
  if (!entry) return;
  if (entry.hidden) $('#search').clear();
  entry.scrollIntoView();
  entry.focus({ preventScroll: true });
}

start().catch((error) => {
  document.documentElement.dataset.state = 'error';
  toast(error.message);
  console.error(error);
});
