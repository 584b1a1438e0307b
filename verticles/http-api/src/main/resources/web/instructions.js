// Instruction entry: text, preview of what the service understood, then execution with its progress.

import { byId, el, setText } from './dom.js';

const POLL_MILLIS = 1_500;
const ENDED = new Set(['completed', 'cancelled', 'failed', 'error']);

export class Instructions {
  constructor(api, mayTrade) {
    this.api = api;
    this.mayTrade = mayTrade;
    this.previewed = null;
    this.execution = null;
    this.timer = 0;
    byId('instruction-form').onsubmit = (event) => {
      event.preventDefault();
      this.#preview();
    };
    byId('instruction-form').oninput = (event) => {
      if (event.target.id !== 'instruction-dry') this.#invalidate();
    };
    byId('instruction-execute').onclick = () => this.#execute();
    this.#invalidate();
  }

  onAccounts(accounts) {
    const fieldset = byId('instruction-accounts');
    const known = new Map([...fieldset.querySelectorAll('input')].map((box) => [box.value, box.checked]));
    if (known.size === accounts.length && accounts.every((account) => known.has(account.id))) return;
    const active = (account) => known.get(account.id) ?? account.status === 'active';
    fieldset.replaceChildren(
      el('legend', {}, 'Accounts'),
      ...accounts.map((account) =>
        el(
          'label',
          { class: 'check' },
          el('input', { type: 'checkbox', name: 'account', value: account.id, checked: active(account) }),
          ' ' + (account.name ?? account.id),
        ),
      ),
    );
    this.#invalidate();
  }

  /** An execution said how far it is. */
  onProgress(state) {
    if (this.execution && state?.executionId === this.execution) this.#progress(state);
  }

  stop() {
    clearTimeout(this.timer);
    this.execution = null;
    byId('instruction-progress').hidden = true;
    byId('instruction-result').replaceChildren();
    byId('instruction-accounts').replaceChildren(el('legend', {}, 'Accounts'));
    byId('instruction-text').value = '';
    this.#invalidate();
  }

  #accounts() {
    return [...byId('instruction-accounts').querySelectorAll('input:checked')].map((box) => box.value);
  }

  /** What was previewed is what may be executed, and nothing else. */
  #invalidate() {
    this.previewed = null;
    byId('instruction-execute').disabled = true;
  }

  async #preview() {
    this.#invalidate();
    const accounts = this.#accounts();
    if (accounts.length === 0) return this.#refuse(['Choose at least one account.']);
    const text = byId('instruction-text').value.trim();
    try {
      const answer = await this.api.post('/api/v1/instructions/parse', { text, accounts });
      const instructions = answer.instructions ?? [];
      if (instructions.length === 0) return this.#refuse(answer.errors ?? []);
      this.previewed = { instructions, accounts, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
      byId('instruction-execute').disabled = !this.mayTrade;
      byId('instruction-result').replaceChildren(...instructions.map(preview));
    } catch (error) {
      this.#refuse(error.answer?.errors?.length ? error.answer.errors : [error.message]);
    }
  }

  // The key makes a repeat of the same preview safe: pressing twice executes once.
  async #execute() {
    const { instructions, accounts, key } = this.previewed;
    const dryRun = byId('instruction-dry').checked;
    byId('instruction-execute').disabled = true;
    try {
      const answer = await this.api.post(
        '/api/v1/instructions/execute',
        { instructions, accounts, dryRun },
        { 'Idempotency-Key': `${key}-${dryRun}` },
      );
      if (answer.success === false || !answer.executionId) return this.#refuse(answer.errors ?? []);
      this.execution = answer.executionId;
      this.#progress({ status: dryRun ? 'dry run' : 'started', progress: 0 });
      this.#poll();
    } catch (error) {
      this.#refuse([error.message + outcome(error.answer)]);
    }
  }

  async #poll() {
    clearTimeout(this.timer);
    const execution = this.execution;
    if (!execution) return;
    try {
      const state = (await this.api.get('/api/v1/instructions/execution/' + encodeURIComponent(execution))).data;
      if (this.execution === execution && state) this.#progress(state);
      if (state && ENDED.has(state.status)) return;
    } catch {
      // The banner says so already; the next turn tries again.
    }
    this.timer = setTimeout(() => this.#poll(), POLL_MILLIS);
  }

  #progress(state) {
    byId('instruction-progress').hidden = false;
    setText(byId('instruction-execution'), this.execution);
    byId('instruction-bar').value = Number(state.progress) || 0;
    const filled = (state.results ?? []).map((result) => `${result.account} ${result.filled ?? 0}/${result.orders ?? 0}`);
    setText(byId('instruction-state'), [state.status, ...filled].join(' · '));
    if (ENDED.has(state.status)) clearTimeout(this.timer);
  }

  #refuse(errors) {
    const texts = errors.length > 0 ? errors : ['The instruction was refused.'];
    byId('instruction-result').replaceChildren(...texts.map((text) => el('p', { class: 'error' }, String(text))));
  }
}

function outcome(answer) {
  return answer?.outcome && answer.outcome !== 'not-executed' ? ` (${answer.outcome})` : '';
}

function preview(instruction) {
  const parts = Object.entries(instruction.parsedComponents ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return el(
    'article',
    { class: 'card', 'data-instruction': instruction.type },
    el(
      'header',
      {},
      el('h3', {}, String(instruction.parsed ?? instruction.originalText ?? '')),
      el('span', { class: 'word' }, String(instruction.type ?? '')),
    ),
    el('dl', { class: 'facts' }, ...parts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, String(value))))),
    Array.isArray(instruction.contracts) ? el('p', { class: 'soft' }, instruction.contracts.join(', ')) : null,
  );
}
