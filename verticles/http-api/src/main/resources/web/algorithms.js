// Algorithms: progress and the commands that their state allows.

import { byId, el } from './dom.js';
import { whole } from './format.js';

const COMMANDS = { running: ['pause', 'stop'], paused: ['resume', 'stop'], pending: ['stop'], idle: ['stop'], error: ['stop'] };

export class Algorithms {
  constructor(api, mayCommand) {
    this.api = api;
    this.mayCommand = mayCommand;
    this.list = byId('algorithms-list');
    this.timer = 0;
  }

  async load() {
    clearTimeout(this.timer);
    this.timer = 0;
    try {
      const algorithms = (await this.api.get('/api/v1/algorithms')).data ?? [];
      this.#show(algorithms);
    } catch (error) {
      this.#empty(this.list.childElementCount > 0 ? '' : error.message);
    }
  }

  soon() {
    if (!this.timer) this.timer = setTimeout(() => this.load(), 500);
  }

  stop() {
    clearTimeout(this.timer);
    this.list.replaceChildren();
    this.#empty('Loading…');
  }

  #empty(text) {
    const empty = byId('algorithms-empty');
    empty.textContent = text;
    empty.hidden = text === '';
  }

  // A button that has the focus would lose it if its card were replaced.
  #show(algorithms) {
    const focused = document.activeElement?.closest?.('[data-command]');
    const again = focused && [focused.closest('[data-algorithm]')?.dataset.algorithm, focused.dataset.command];
    this.list.replaceChildren(...algorithms.map((algorithm) => this.#card(algorithm)));
    this.#empty(algorithms.length === 0 ? 'No algorithms.' : '');
    if (again) {
      const card = [...this.list.children].find((candidate) => candidate.dataset.algorithm === again[0]);
      (card?.querySelector(`[data-command="${again[1]}"]`) ?? card?.querySelector('button'))?.focus();
    }
  }

  #card(algorithm) {
    const status = String(algorithm.status ?? 'unknown');
    const progress = Math.min(100, Math.max(0, Number(algorithm.progress) || 0));
    const stats = algorithm.stats ?? {};
    const orders = `${whole(stats.ordersSuccessful ?? 0)} of ${whole(stats.ordersExecuted ?? 0)} orders`;
    const commands = this.mayCommand ? COMMANDS[status] ?? [] : [];
    return el(
      'article',
      { class: 'card', 'data-algorithm': algorithm.id },
      el(
        'header',
        {},
        el('h3', {}, algorithm.name ?? algorithm.id, ' ', el('small', {}, algorithm.portfolioId ?? '')),
        el('span', { class: 'word', 'data-word': status }, status),
      ),
      el('progress', { max: 100, value: progress, 'aria-label': 'Progress of ' + (algorithm.name ?? algorithm.id) }),
      el(
        'div',
        { class: 'row' },
        el('span', { class: 'figure' }, progress.toFixed(0) + ' %'),
        el('span', { class: 'soft' }, orders),
        ...commands.map((command) => this.#button(algorithm, command)),
      ),
      algorithm.error ? el('p', { class: 'error' }, String(algorithm.error)) : null,
    );
  }

  #button(algorithm, command) {
    const label = `${command} ${algorithm.name ?? algorithm.id}`;
    const attributes = { type: 'button', class: 'quiet', 'data-command': command, 'aria-label': label };
    const button = el('button', attributes, command);
    button.onclick = () => this.#command(algorithm.id, command, button);
    return button;
  }

  async #command(id, command, button) {
    button.disabled = true;
    try {
      await this.api.post(`/api/v1/algorithms/${encodeURIComponent(id)}/${command}`);
    } catch (error) {
      button.closest('.card').append(el('p', { class: 'error', role: 'alert' }, error.message));
      button.disabled = false;
      return;
    }
    await this.load();
  }
}
