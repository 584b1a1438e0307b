// Accounts with balances and positions.

import { byId, el } from './dom.js';
import { arrow, direction, money, numberOf, signed, whole } from './format.js';

export class Accounts {
  /** @param onKnown called with the accounts whenever they were read */
  constructor(api, onKnown) {
    this.api = api;
    this.onKnown = onKnown;
    this.list = byId('accounts-list');
    this.timer = 0;
    byId('accounts-reload').onclick = () => this.load();
  }

  async load() {
    clearTimeout(this.timer);
    this.timer = 0;
    try {
      const accounts = (await this.api.get('/api/v1/accounts')).data ?? [];
      const positions = await Promise.all(accounts.map((account) => this.#positions(account.id)));
      this.#show(accounts, positions);
      this.onKnown(accounts);
    } catch (error) {
      this.#empty(this.list.childElementCount > 0 ? '' : error.message);
    }
  }

  /** Something happened to an account: reads again soon, once for many events. */
  soon() {
    if (!this.timer) this.timer = setTimeout(() => this.load(), 500);
  }

  stop() {
    clearTimeout(this.timer);
    this.list.replaceChildren();
    this.#empty('Loading…');
  }

  async #positions(id) {
    try {
      return (await this.api.get(`/api/v1/accounts/${encodeURIComponent(id)}/positions`)).data ?? [];
    } catch (error) {
      return error.message;
    }
  }

  #show(accounts, positions) {
    this.list.replaceChildren(...accounts.map((account, i) => this.#account(account, positions[i])));
    this.#empty(accounts.length === 0 ? 'You have no accounts.' : '');
  }

  #empty(text) {
    const empty = byId('accounts-empty');
    empty.textContent = text;
    empty.hidden = text === '';
  }

  #account(account, positions) {
    const status = String(account.status ?? 'unknown');
    return el(
      'article',
      { class: 'card', 'data-account': account.id },
      el(
        'header',
        {},
        el('h3', {}, account.name ?? account.id, ' ', el('small', {}, account.id)),
        el('span', { class: 'word', 'data-word': status }, status),
      ),
      el(
        'dl',
        { class: 'facts' },
        fact('Balance', money(numberOf(account.balance)), 'balance'),
        fact('Available', money(numberOf(account.availableBalance)), 'available'),
        fact('Margin', money(numberOf(account.usedMargin)), 'margin'),
        profit('Unrealised', account.unrealizedPnL, 'unrealised'),
        profit('Realised', account.realizedPnL, 'realised'),
      ),
      positionsOf(account, positions),
    );
  }
}

function fact(name, text, field) {
  return el('div', {}, el('dt', {}, name), el('dd', { 'data-field': field }, text));
}

function profitText(value) {
  return value === null ? '–' : `${arrow(value)} ${signed(value, money(value))}`;
}

function profit(name, raw, field) {
  const value = numberOf(raw);
  return el(
    'div',
    {},
    el('dt', {}, name),
    el('dd', { 'data-field': field, 'data-direction': direction(value ?? 0) }, profitText(value)),
  );
}

function positionsOf(account, positions) {
  if (typeof positions === 'string') return el('p', { class: 'error' }, 'Positions: ' + positions);
  if (positions.length === 0) return el('p', { class: 'empty' }, 'No positions');
  const heads = ['Contract', 'Quantity', 'Average', 'Current', 'P&L'];
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      {},
      el('caption', { class: 'out-of-sight' }, 'Positions of ' + (account.name ?? account.id)),
      el('thead', {}, el('tr', {}, ...heads.map((head, i) => el('th', { scope: 'col', class: i ? 'num' : null }, head)))),
      el('tbody', {}, ...positions.map(position)),
    ),
  );
}

function position(row) {
  const gain = numberOf(row.unrealized_pnl);
  const cell = (text) => el('td', { class: 'num' }, text);
  return el(
    'tr',
    { 'data-contract': row.contract },
    el('th', { scope: 'row' }, String(row.contract ?? '')),
    cell(whole(numberOf(row.quantity))),
    cell(String(row.avg_price ?? '–')),
    cell(String(row.current_price ?? '–')),
    el('td', { class: 'num', 'data-direction': direction(gain ?? 0) }, profitText(gain)),
  );
}
