// Puts the console together: signed out or signed in, and what follows from each.

import { Accounts } from './accounts.js';
import { Algorithms } from './algorithms.js';
import { Api, request } from './api.js';
import { PriceChart } from './chart.js';
import { byId, setAttribute, setText } from './dom.js';
import { age } from './format.js';
import { Instructions } from './instructions.js';
import { Live } from './live.js';
import { Prices } from './prices.js';
import { forget, keep, load } from './session.js';
import { SystemStatus, health } from './system.js';

const PRICES = 'xy.md.>';
const LATEST = { mode: 'latest', rate: 10, snap: true };
const EVENTS = { mode: 'all', snap: false };
const WORDS = { online: 'Live', connecting: 'Connecting', offline: 'Reconnecting', ended: 'Disconnected', refused: 'Signed out' };
const BANNERS = {
  offline: 'The connection is lost; values are the last known. Trying again…',
  ended: 'The gateway has ended this connection. Reload the page to connect again.',
};
const LONGEST_TIMER = 2_000_000_000;

let desk = null;

/** Everything that lives while somebody is signed in. */
class Desk {
  constructor(session) {
    const permissions = session.user?.permissions ?? [];
    const may = (permission) => permissions.includes('*') || permissions.includes(permission);
    this.api = new Api(session.token, () => signOut('Your session has ended. Please sign in again.'), onReach);
    this.chart = new PriceChart();
    this.prices = new Prices((row) => this.chart.show(row));
    this.instructions = new Instructions(this.api, may('trade'));
    this.algorithms = new Algorithms(this.api, may('manage_algorithms'));
    this.accounts = new Accounts(this.api, (accounts) => this.#onAccounts(accounts));
    this.system = new SystemStatus();
    this.live = new Live(session.token, (state) => this.#onState(state));
    this.heard = new Set();
    this.records = 0;
    const left = Math.min(LONGEST_TIMER, session.expiresAt - Date.now());
    this.expiry = setTimeout(() => signOut('Your session has ended. Please sign in again.'), left);
    this.clock = setInterval(() => this.#tick(), 1_000);
  }

  start() {
    this.live.subscribe(PRICES, LATEST, this.prices);
    this.live.subscribe('xy.algo.>', EVENTS, { onValue: () => this.algorithms.soon() });
    this.live.subscribe('xy.exec.>', EVENTS, { onValue: (subject, state) => this.instructions.onProgress(state) });
    this.accounts.load();
    this.algorithms.load();
    this.system.start();
    this.#onState(this.live.state);
  }

  stop() {
    clearTimeout(this.expiry);
    clearInterval(this.clock);
    this.live.close();
    this.system.stop();
    for (const part of [this.accounts, this.algorithms, this.instructions]) part.stop();
    this.prices.clear();
    this.chart.clear();
  }

  /** Account events are subscribed one account at a time: nobody is entitled to all of them by default. */
  #onAccounts(accounts) {
    this.instructions.onAccounts(accounts);
    for (const { id } of accounts) {
      if (this.heard.has(id) || !/^[A-Za-z0-9_-]+$/.test(id)) continue;
      this.heard.add(id);
      this.live.subscribe(`xy.acct.${id}.>`, EVENTS, { onValue: () => this.accounts.soon() });
    }
  }

  #onState(state) {
    if (state === 'refused') {
      signOut('Your session has ended. Please sign in again.');
      return;
    }
    const back = state === 'online' && byId('status').dataset.state === 'offline';
    showState(state);
    if (back) {
      this.accounts.load();
      this.algorithms.load();
    }
  }

  #tick() {
    const offline = this.live.state !== 'online';
    this.prices.tick(this.live.now(), offline);
    setText(byId('status-age'), age(this.live.age()));
    setText(byId('status-rate'), `${this.live.records - this.records}/s`);
    setText(byId('status-gaps'), String(this.live.gaps));
    this.records = this.live.records;
  }
}

function showState(state) {
  setAttribute(byId('status'), 'data-state', state);
  setText(byId('status-word'), WORDS[state] ?? state);
  byId('status-figures').hidden = desk === null;
  banner(BANNERS[state] ?? '');
}

let unreached = false;

function onReach(reached) {
  unreached = !reached;
  if (desk?.live.state === 'online' || unreached) {
    banner(unreached ? 'The gateway does not answer. Trying again…' : '');
  }
}

function banner(text) {
  setText(byId('banner'), text);
  byId('banner').hidden = text === '';
}

function signIn(session) {
  byId('login').hidden = true;
  byId('desk').hidden = false;
  byId('who').hidden = false;
  setText(byId('user-name'), session.user?.username ?? '');
  desk = new Desk(session);
  desk.start();
  byId('main').focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function signOut(reason) {
  if (desk) {
    const ended = desk;
    desk = null;
    ended.stop();
  }
  forget();
  showState('signed-out');
  setText(byId('status-word'), 'Signed out');
  setText(byId('login-error'), reason);
  byId('desk').hidden = true;
  byId('who').hidden = true;
  byId('login').hidden = false;
  byId('password').value = '';
  byId('username').focus();
  showDemoUsers();
}

async function onLogin(event) {
  event.preventDefault();
  const button = byId('login-submit');
  button.disabled = true;
  setText(byId('login-error'), '');
  try {
    const credentials = { username: byId('username').value.trim(), password: byId('password').value };
    const answer = await request('POST', '/api/v1/auth/login', credentials);
    byId('password').value = '';
    signIn(keep(answer));
  } catch (error) {
    setText(byId('login-error'), error.message);
    byId('password').select();
  } finally {
    button.disabled = false;
  }
}

async function onLogout() {
  const api = desk?.api;
  const told = api ? api.post('/api/v1/auth/logout').catch(() => {}) : null;
  signOut('');
  await told;
}

async function showDemoUsers() {
  const page = await health();
  byId('demo-users').hidden = page?.profile !== 'dev';
}

byId('login-form').addEventListener('submit', onLogin);
byId('logout').addEventListener('click', onLogout);
for (const button of document.querySelectorAll('[data-demo-user]')) {
  button.addEventListener('click', () => {
    byId('username').value = button.dataset.demoUser;
    byId('password').value = button.dataset.demoPassword;
    byId('login-submit').focus();
  });
}

const session = load();
if (session) signIn(session);
else signOut('');
