/**
 * Browser client of the streaming protocol xy.v1. No dependencies; one socket per client object.
 *
 *   import { XyClient } from '/client/xy-client.js';
 *
 *   const xy = new XyClient({
 *     url: 'wss://gateway.example/ws',
 *     token: async () => fetchToken(),   // or a string; a function is asked again when the token ends
 *   });
 *   xy.on('status', s => console.log(s.state, s.stale, s.age));
 *   const quotes = xy.subscribe('xy.md.tick.SHFE.*', { mode: 'latest', rate: 30 }, record => {
 *     if (record.type === 'value') show(record.subject, record.data);
 *   });
 *   quotes.update({ rate: 4 });
 *   quotes.close();
 *   const answer = await xy.request('POST /api/v1/orders', { symbol: 'rb2510' }, { ms: 2000, idem: 'key-1' });
 *   xy.close();
 *
 * Options of the client
 *   url        address of /ws
 *   token      string, or function that gives a string or a promise of one
 *   WebSocket  constructor to use instead of the global one (tests, Node)
 *   random     source of jitter, as Math.random
 *
 * Options of subscribe: mode ('latest' | 'all'), rate (updates per second and subject, 0 = as they come), snap (false = no
 * first image), hist (last n values first, mode 'all').
 *
 * Records given to the subscriber
 *   { type: 'value', subject, data, seq, ts, image }   image: the value begins a sequence; draw it whole
 *   { type: 'gap', subject, from, to, reason }         these sequences will not come: slow, upstream, history
 *   { type: 'state', subject, state, reason, since }   'stale': the last value is only the last known; 'live': it is not
 *   { type: 'ready', count, recovered, lost }          the first state is complete; comes again after each reconnect
 *   { type: 'granted', options }                       what the server granted
 *   { type: 'ended', code, message }                   the server ended or refused the subscription
 *
 * request() resolves with the answer's body and rejects with XyError: code, outcome ('not-executed', 'executed',
 * 'unknown'), retry, after. A call that was under way when the socket broke has the outcome 'unknown'.
 *
 * Status events: { state, stale, age, code, reason }. state is 'connecting', 'connected', 'waiting' (for the next attempt)
 * or 'closed' (for good: see code). age is the age of the newest value in ms, null before the first.
 *
 * Reconnecting follows the close code: at once (40xx), after a pause (41xx), with a new token (42xx), never (43xx);
 * otherwise after 250 ms doubling to 10 s, each wait drawn at random from zero up, so that clients do not come back in
 * step. Subscriptions resume where they stopped; what was missed and cannot be had is a 'gap'.
 */

const MAX_POINTS = 600;
const BACKOFF_MIN = 250;
const BACKOFF_MAX = 10000;
const HEALTHY_AFTER = 30000;

export class XyError extends Error {
  constructor(info) {
    super(info.msg || info.code);
    this.name = 'XyError';
    this.code = info.code;
    this.outcome = info.outcome;
    this.retry = Boolean(info.retry);
    this.after = info.after || 0;
    this.corr = info.corr;
  }
}

/** Whether a subject is matched by a pattern with * (one token) and > (the rest). */
export function matches(pattern, subject) {
  const p = pattern.split('.');
  const s = subject.split('.');
  for (let i = 0; i < p.length; i++) {
    if (p[i] === '>') return s.length > i;
    if (i >= s.length || (p[i] !== '*' && p[i] !== s[i])) return false;
  }
  return p.length === s.length;
}

export class XyClient {
  #options;
  #socket = null;
  #listeners = new Map();
  #subscriptions = new Map();
  #calls = new Map();
  #channels = new Map();
  #points = new Map();
  #queue = [];
  #tokens = 1;
  #limits = { rate: 50, burst: 100 };
  #refillAt = 0;
  #sendTimer = null;
  #lastId = 0;
  #attempt = 0;
  #timer = null;
  #watch = null;
  #heartbeat = 5000;
  #heardAt = 0;
  #connectedAt = 0;
  #pings = 0;
  #pongAt = 0;
  #offset = 0;
  #newest = null;
  #ready = false;
  #state = 'connecting';
  #stale = new Set();
  #closed = false;
  #usedToken = null;

  constructor(options) {
    this.#options = { WebSocket: globalThis.WebSocket, random: Math.random, ...options };
    this.#connect();
  }

  /** Listens to 'status'; returns a function that stops listening. */
  on(event, listener) {
    const list = this.#listeners.get(event) || new Set();
    this.#listeners.set(event, list.add(listener));
    return () => list.delete(listener);
  }

  get status() {
    return { state: this.#state, stale: this.#stale.size > 0, age: this.age() };
  }

  /** Milliseconds since the newest value was made at its source, by the server's clock; null before the first. */
  age() {
    return this.#newest === null ? null : Math.max(0, Date.now() + this.#offset - this.#newest);
  }

  subscribe(pattern, options, onRecord) {
    const id = ++this.#lastId;
    const subscription = { id, pattern, options: { ...options }, onRecord };
    this.#subscriptions.set(id, subscription);
    for (const channel of this.#channels.values()) {
      if (matches(pattern, channel.subject)) channel.readers.push(subscription);
    }
    if (this.#ready) this.#sendSubscription(subscription, false);
    return {
      update: (changes) => {
        Object.assign(subscription.options, changes);
        if (!this.#ready) return;
        const op = { op: 'upd', id: this.#nextId(), sub: id, ...changes };
        this.#calls.set(op.id, { subscription });
        this.#send(op);
      },
      close: () => this.#unsubscribe(subscription),
    };
  }

  /**
   * Calls a route: 'POST /api/v1/…', or a path alone (POST with a body, GET without).
   * Options: ms (deadline), idem (idempotency key), method.
   */
  request(to, body, options = {}) {
    if (!this.#ready) {
      return Promise.reject(new XyError({ code: 'no_service', outcome: 'not-executed', retry: true }));
    }
    const id = this.#nextId();
    const op = { op: 'req', id, to, ...options };
    if (body !== undefined) op.body = body;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#send(op);
    });
  }

  /** Ends the client for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop(1000);
    this.#setState('closed', { code: 1000, reason: 'closed by the page' });
  }

  async #connect() {
    this.#setState('connecting');
    let token;
    try {
      token = typeof this.#options.token === 'function' ? await this.#options.token() : this.#options.token;
    } catch (e) {
      this.#retry(this.#backoff(), 0, String(e));
      return;
    }
    if (this.#closed) return;
    this.#usedToken = token;
    const socket = new this.#options.WebSocket(this.#options.url, ['xy.v1.json']);
    this.#socket = socket;
    socket.onmessage = (event) => this.#socket === socket && this.#onFrame(event.data);
    socket.onclose = (event) => this.#socket === socket && this.#onClose(event.code, event.reason);
    socket.onerror = () => {};
    this.#watchOver();
  }

  #watchOver() {
    clearInterval(this.#watch);
    this.#heardAt = Date.now();
    this.#watch = setInterval(() => {
      if (Date.now() - this.#heardAt > 2 * this.#heartbeat + 2000) this.#onClose(1006, 'silent');
    }, 1000);
  }

  #onFrame(text) {
    this.#heardAt = Date.now();
    for (const record of JSON.parse(text)) this.#onRecord(record);
  }

  #onRecord(r) {
    switch (r[0]) {
      case 'd':
      case 's': return this.#onValue(r);
      case 'b': return this.#onBind(r);
      case 't': return this.#onState(r);
      case 'g': return this.#onGap(r);
      case 'z': return this.#onReleased(r[1]);
      case 'e': return this.#tell(r[1], { type: 'ready', count: r[2].n, recovered: r[2].recovered, lost: r[2].lost });
      case 'c': return this.#tell(r[1], { type: 'granted', options: r[2] });
      case 'x': return this.#onEnded(r[1], r[2]);
      case 'ok': return this.#onOk(r[1], r[2]);
      case 'err': return this.#onError(r[1], r[2]);
      case 'p': return this.#onPing(r[1]);
      case 'hello': return this.#onHello(r[1]);
      case 'auth': return this.#refresh();
      case 'drain': return this.#onDrain(r[1]);
      default: return undefined; // A later version says more.
    }
  }

  #onHello(hello) {
    this.#heartbeat = hello.hb;
    this.#offset = hello.now - Date.now();
    this.#limits = hello.limits;
    this.#tokens = hello.limits.burst;
    this.#refillAt = Date.now();
    this.#pongAt = Date.now();
    if (this.#usedToken) this.#send({ op: 'auth', id: this.#nextId(), token: this.#usedToken });
    this.#ready = true;
    this.#connectedAt = Date.now();
    this.#setState('connected');
    for (const subscription of this.#subscriptions.values()) this.#sendSubscription(subscription, true);
  }

  #onBind([, number, subject, epoch]) {
    const readers = [...this.#subscriptions.values()].filter((s) => matches(s.pattern, subject));
    this.#channels.set(number, { subject, epoch, readers });
  }

  #onValue([tag, number, seq, ts, data]) {
    const channel = this.#channels.get(number);
    if (!channel) return;
    this.#points.set(channel.subject, [channel.epoch, seq]);
    if (this.#newest === null || ts > this.#newest) this.#newest = ts;
    const record = { type: 'value', subject: channel.subject, data, seq, ts, image: tag === 's' };
    for (const reader of channel.readers) reader.onRecord(record);
  }

  #onState([, number, state, reason, since]) {
    const channel = this.#channels.get(number);
    if (!channel) return;
    if (state === 'live') this.#stale.delete(channel.subject);
    else this.#stale.add(channel.subject);
    for (const reader of channel.readers) {
      reader.onRecord({ type: 'state', subject: channel.subject, state, reason, since });
    }
    this.#emit();
  }

  #onGap([, number, from, to, reason]) {
    const channel = this.#channels.get(number);
    if (!channel) return;
    for (const reader of channel.readers) {
      reader.onRecord({ type: 'gap', subject: channel.subject, from, to, reason });
    }
  }

  #onReleased(number) {
    const channel = this.#channels.get(number);
    if (channel) this.#stale.delete(channel.subject);
    this.#channels.delete(number);
  }

  #onEnded(id, info) {
    this.#tell(id, { type: 'ended', code: info.code, message: info.msg });
    this.#forget(id);
  }

  #onOk(id, result) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (call && call.resolve) call.resolve(result.body);
    else if (call && call.subscription) this.#tell(call.subscription.id, { type: 'granted', options: result });
  }

  #onError(id, info) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (call && call.reject) call.reject(new XyError(info));
    else if (call && call.subscription) this.#onEnded(call.subscription.id, info);
  }

  /** Browsers cannot see protocol pings; so the server sends records and now and then wants to hear of us. */
  #onPing(t) {
    this.#pings += 1;
    if (this.#pings % 5 === 0 || Date.now() - this.#pongAt > 20000) {
      this.#pongAt = Date.now();
      const hidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
      this.#send({ op: 'pong', t, vis: hidden ? 'hidden' : 'visible' });
    }
  }

  async #refresh() {
    if (typeof this.#options.token !== 'function') return;
    try {
      this.#usedToken = await this.#options.token();
      if (this.#ready) this.#send({ op: 'auth', id: this.#nextId(), token: this.#usedToken });
    } catch {
      // The server closes with 4200 in the end, and the next connection asks again.
    }
  }

  /** The server names the time within which this client should be elsewhere. */
  #onDrain(drain) {
    const socket = this.#socket;
    setTimeout(() => this.#socket === socket && this.#onClose(4001, 'drain'), drain.in * 0.8 * this.#options.random());
  }

  #onClose(code, reason) {
    const healthy = this.#connectedAt > 0 && Date.now() - this.#connectedAt > HEALTHY_AFTER;
    if (healthy) this.#attempt = 0;
    this.#drop(1000);
    if (this.#closed) return;
    const random = this.#options.random;
    if (code >= 4300 && code <= 4399) this.#finish(code, reason);
    else if (code >= 4200 && typeof this.#options.token !== 'function') this.#finish(code, reason);
    else if (code >= 4200 && code <= 4299) this.#retry(this.#attempt === 0 ? random() * 500 : this.#backoff(), code, reason);
    else if (code >= 4100 && code <= 4199) this.#retry(after(reason) + this.#backoff(), code, reason);
    else if (code >= 4000 && code <= 4099) this.#retry(random() * 500, code, reason);
    else this.#retry(this.#backoff(), code, reason);
  }

  #backoff() {
    return this.#options.random() * Math.min(BACKOFF_MAX, BACKOFF_MIN * 2 ** this.#attempt);
  }

  #retry(wait, code, reason) {
    this.#attempt = Math.min(this.#attempt + 1, 16);
    this.#setState('waiting', { code, reason });
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #finish(code, reason) {
    this.#closed = true;
    this.#setState('closed', { code, reason });
  }

  /** Lets go of the socket and of everything that belongs to it. */
  #drop(code) {
    clearInterval(this.#watch);
    clearTimeout(this.#sendTimer);
    this.#sendTimer = null;
    this.#queue = [];
    this.#ready = false;
    this.#connectedAt = 0;
    this.#channels.clear();
    this.#stale.clear();
    const socket = this.#socket;
    this.#socket = null;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) {
      if (call.reject) call.reject(new XyError({ code: 'cancelled', outcome: 'unknown', msg: 'the connection broke' }));
    }
    if (socket && socket.readyState <= 1) socket.close(code);
  }

  #sendSubscription(subscription, resume) {
    const { id, pattern, options } = subscription;
    const op = { op: 'sub', id: this.#nextId(), sub: id, s: pattern, ...options };
    if (resume) {
      const points = [...this.#points].filter(([subject]) => matches(pattern, subject));
      if (points.length > 0 && points.length <= MAX_POINTS) op.since = Object.fromEntries(points);
    }
    this.#calls.set(op.id, { subscription });
    this.#send(op);
  }

  #unsubscribe(subscription) {
    if (!this.#subscriptions.has(subscription.id)) return;
    this.#forget(subscription.id);
    if (this.#ready) this.#send({ op: 'unsub', id: this.#nextId(), sub: subscription.id });
  }

  #forget(id) {
    this.#subscriptions.delete(id);
    for (const channel of this.#channels.values()) {
      channel.readers = channel.readers.filter((reader) => reader.id !== id);
    }
    for (const subject of [...this.#points.keys()]) {
      if (![...this.#subscriptions.values()].some((s) => matches(s.pattern, subject))) this.#points.delete(subject);
    }
  }

  #tell(id, record) {
    const subscription = this.#subscriptions.get(id);
    if (subscription) subscription.onRecord(record);
  }

  /** Sends in the rhythm that the server allows; a burst of subscriptions waits its turn. */
  #send(op) {
    this.#queue.push(op);
    this.#pump();
  }

  #pump() {
    const socket = this.#socket;
    if (!socket || socket.readyState !== 1) return;
    const now = Date.now();
    const { rate, burst } = this.#limits;
    this.#tokens = Math.min(burst * 0.9, this.#tokens + ((now - this.#refillAt) * rate * 0.9) / 1000);
    this.#refillAt = now;
    while (this.#queue.length > 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      socket.send(JSON.stringify(this.#queue.shift()));
    }
    if (this.#queue.length > 0 && this.#sendTimer === null) {
      this.#sendTimer = setTimeout(() => {
        this.#sendTimer = null;
        this.#pump();
      }, 50);
    }
  }

  #nextId() {
    return ++this.#lastId;
  }

  #setState(state, more = {}) {
    this.#state = state;
    this.#emit(more);
  }

  #emit(more = {}) {
    for (const listener of this.#listeners.get('status') || []) listener({ ...this.status, ...more });
  }
}

function after(reason) {
  try {
    return JSON.parse(reason).after || 0;
  } catch {
    return 0;
  }
}
