// System status from the detailed health page, where this port shows it.

import { byId, el } from './dom.js';
import { request } from './api.js';
import { age } from './format.js';

const INTERVAL_MILLIS = 5_000;

/** The health page, also when it says 503; null where it is not shown or nothing answers. */
export async function health() {
  try {
    return await request('GET', '/api/v1/health');
  } catch (error) {
    return error.answer?.instances ? error.answer : null;
  }
}

export class SystemStatus {
  start() {
    this.stop();
    this.#read();
    this.timer = setInterval(() => document.hidden || this.#read(), INTERVAL_MILLIS);
  }

  stop() {
    clearInterval(this.timer);
  }

  async #read() {
    const page = await health();
    const word = byId('system-word');
    word.textContent = page?.status ?? '';
    word.dataset.word = page?.status ?? '';
    byId('system-empty').textContent = 'The health page is not shown on this port.';
    byId('system-empty').hidden = page !== null;
    byId('system-list').replaceChildren(...(page ? [dependencies(page), instances(page)] : []));
  }
}

function dependencies(page) {
  const known = Object.entries(page.dependencies ?? {}).filter(([, dependency]) => dependency.configured);
  return el(
    'ul',
    { class: 'lamps' },
    ...known.map(([name, dependency]) =>
      el(
        'li',
        { 'data-dependency': name, 'data-up': String(dependency.up), title: dependency.detail || null },
        el('span', { class: 'lamp', 'aria-hidden': 'true' }),
        `${name} ${dependency.up ? 'up' : 'down'}`,
      ),
    ),
  );
}

function instances(page) {
  const rows = (page.instances ?? []).map((instance) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, instance.role, instance.instance > 0 ? ` ${instance.instance}` : ''),
      el('td', {}, instance.node),
      el('td', {}, el('span', { class: 'word', 'data-word': instance.state }, instance.state)),
      el('td', { class: 'num' }, age(instance.uptimeSeconds * 1000)),
    ),
  );
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      {},
      el('caption', { class: 'out-of-sight' }, 'Instances of the cluster'),
      el(
        'thead',
        {},
        el('tr', {}, ...['Role', 'Node', 'State', 'Up for'].map((head, i) => el('th', { scope: 'col', class: i === 3 ? 'num' : null }, head))),
      ),
      el('tbody', {}, ...rows),
    ),
  );
}
