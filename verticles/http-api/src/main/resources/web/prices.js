// The table of last prices. Values arrive as fast as they like; rows are painted once per frame, and only those that changed.

import { byId, el, setAttribute, setText } from './dom.js';
import { age, arrow, decimalsOf, direction, fixed, numberOf, signed, whole } from './format.js';
import { Series } from './series.js';

const MOST_ROWS = 500;
const STALE_MILLIS = 30_000;
const SPARK = { width: 88, height: 22, points: 44 };
const SVG = 'http://www.w3.org/2000/svg';

class Row {
  constructor(subject, onChoose) {
    this.subject = subject;
    this.symbol = subject.slice(subject.lastIndexOf('.') + 1);
    this.series = new Series();
    this.decimals = 0;
    this.first = null;
    this.previous = null;
    this.value = {};
    this.at = 0;
    this.stale = false;
    this.cells = {};
    this.element = this.#build(onChoose);
  }

  /** Takes a payload over; false when it has no price. */
  take(payload, time) {
    const price = numberOf(payload?.price ?? payload?.last ?? payload?.last_price ?? payload?.p);
    if (price === null) return false;
    const bid = numberOf(payload.bid ?? payload.bid_price_1 ?? payload.b);
    const ask = numberOf(payload.ask ?? payload.ask_price_1 ?? payload.a);
    for (const part of [price, bid, ask]) {
      if (part !== null) this.decimals = Math.max(this.decimals, decimalsOf(part));
    }
    if (typeof payload.symbol === 'string' && payload.symbol) this.symbol = payload.symbol;
    this.first ??= price;
    this.previous = this.value.price ?? price;
    this.value = { price, bid, ask, volume: numberOf(payload.volume) };
    this.at = time;
    this.stale = false;
    this.series.add(time, price);
    return true;
  }

  get change() {
    return this.first === null ? 0 : this.value.price - this.first;
  }

  changeText() {
    const change = Math.abs(this.change) < 10 ** -(this.decimals + 2) ? 0 : this.change;
    const percent = this.first ? (100 * change) / this.first : 0;
    return `${arrow(change)} ${signed(change, fixed(change, this.decimals))} (${signed(change, fixed(percent, 2))} %)`;
  }

  paint() {
    const { price, bid, ask, volume } = this.value;
    setText(this.cells.symbol, this.symbol);
    setText(this.cells.price, fixed(price, this.decimals));
    setText(this.cells.change, this.changeText());
    setAttribute(this.cells.change, 'data-direction', direction(this.change));
    setText(this.cells.bid, fixed(bid, this.decimals));
    setText(this.cells.ask, fixed(ask, this.decimals));
    setText(this.cells.volume, whole(volume));
    this.line.setAttribute('points', this.series.spark(SPARK.width, SPARK.height, SPARK.points));
    setAttribute(this.line, 'data-direction', direction(this.change));
    if (price !== this.previous) this.#flash(direction(price - this.previous));
  }

  paintAge(now, offline) {
    const stale = offline || this.stale || now - this.at > STALE_MILLIS;
    setText(this.cells.age, age(now - this.at));
    setAttribute(this.element, 'data-stale', stale ? 'true' : null);
    setAttribute(this.cells.age, 'title', stale ? 'stale: the last known value' : null);
  }

  // The same animation under two names, so that the next tick starts it again.
  #flash(word) {
    this.turn = this.turn === 'a' ? 'b' : 'a';
    this.cells.price.className = `num price flash-${word}-${this.turn}`;
  }

  #build(onChoose) {
    const cell = (field, className) => (this.cells[field] = el('td', { class: className, 'data-field': field }));
    this.line = document.createElementNS(SVG, 'polyline');
    const spark = document.createElementNS(SVG, 'svg');
    spark.setAttribute('viewBox', `0 0 ${SPARK.width} ${SPARK.height}`);
    spark.setAttribute('class', 'spark');
    spark.setAttribute('aria-hidden', 'true');
    spark.append(this.line);
    this.cells.symbol = el('th', { scope: 'row', 'data-field': 'symbol' });
    return el(
      'tr',
      { 'data-subject': this.subject, tabindex: '-1', title: this.subject, on: { click: () => onChoose(this) } },
      this.cells.symbol,
      cell('price', 'num price'),
      cell('change', 'num change'),
      cell('bid', 'num wide'),
      cell('ask', 'num wide'),
      cell('volume', 'num wider'),
      cell('age', 'num age'),
      el('td', { class: 'trend' }, spark),
    );
  }
}

export class Prices {
  /** @param onChosen called with the row whose chart is wanted, and again when its value changed */
  constructor(onChosen) {
    this.onChosen = onChosen;
    this.body = byId('prices-rows');
    this.rows = new Map();
    this.changed = new Set();
    this.chosen = null;
    this.frame = 0;
    this.refused = 0;
    byId('prices-filter').oninput = () => this.#filter();
    this.body.onkeydown = (event) => this.#onKey(event);
    // Also brings the tab stop along when a row is reached by other means.
    this.body.onfocusin = (event) => this.#stopAt(event.target.closest('tr'));
  }

  onValue(subject, payload, time) {
    let row = this.rows.get(subject);
    if (!row) {
      if (this.rows.size >= MOST_ROWS) {
        this.refused += 1;
        return;
      }
      row = new Row(subject, (chosen) => this.choose(chosen));
    }
    if (!row.take(payload, time)) return;
    if (!this.rows.has(subject)) this.#insert(row);
    this.changed.add(row);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.#paint());
  }

  onStale(subject, stale) {
    const row = this.rows.get(subject);
    if (row) row.stale = stale;
  }

  onEnded(code) {
    setText(byId('prices-empty'), code === 'forbidden' ? 'You may not see prices.' : `There are no prices (${code}).`);
  }

  /** Ages and stale marks; called every second or so. */
  tick(now, offline) {
    for (const row of this.rows.values()) row.paintAge(now, offline);
  }

  choose(row) {
    if (this.chosen) this.chosen.element.removeAttribute('data-chosen');
    this.chosen = row;
    row.element.setAttribute('data-chosen', 'true');
    row.element.setAttribute('aria-current', 'true');
    for (const other of this.rows.values()) {
      if (other !== row) other.element.removeAttribute('aria-current');
    }
    this.#stopAt(row.element);
    this.onChosen(row);
  }

  clear() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.rows.clear();
    this.changed.clear();
    this.chosen = null;
    this.body.replaceChildren();
    byId('prices-empty').hidden = false;
    setText(byId('prices-empty'), 'Waiting for the first price…');
    setText(byId('prices-count'), '');
  }

  #insert(row) {
    this.rows.set(row.subject, row);
    const after = [...this.body.children].find((other) => other.dataset.subject > row.subject);
    this.body.insertBefore(row.element, after ?? null);
    byId('prices-empty').hidden = true;
    this.#filter();
    if (!this.body.querySelector('tr[tabindex="0"]')) row.element.tabIndex = 0;
  }

  #paint() {
    this.frame = 0;
    for (const row of this.changed) {
      row.paint();
      if (row === this.chosen) this.onChosen(row);
    }
    this.changed.clear();
    if (!this.chosen && this.rows.size > 0) this.choose(this.rows.get(this.body.firstElementChild.dataset.subject));
  }

  #filter() {
    const wanted = byId('prices-filter').value.trim().toLowerCase();
    let shown = 0;
    for (const row of this.rows.values()) {
      const fits = row.subject.toLowerCase().includes(wanted) || row.symbol.toLowerCase().includes(wanted);
      row.element.hidden = !fits;
      if (fits) shown += 1;
    }
    const more = this.refused > 0 ? ', more are not shown' : '';
    setText(byId('prices-count'), (shown === this.rows.size ? `${shown}` : `${shown} of ${this.rows.size}`) + more);
  }

  #onKey(event) {
    const current = event.target.closest('tr');
    if (!current) return;
    const rows = [...this.body.children].filter((row) => !row.hidden);
    const at = rows.indexOf(current);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      rows[Math.min(rows.length - 1, Math.max(0, to))]?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.choose(this.rows.get(current.dataset.subject));
    } else {
      return;
    }
    event.preventDefault();
  }

  #stopAt(element) {
    if (!element) return;
    for (const row of this.body.querySelectorAll('tr[tabindex="0"]')) row.tabIndex = -1;
    element.tabIndex = 0;
  }
}
