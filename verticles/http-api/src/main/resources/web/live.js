// The one place of the console that knows the streaming client.

const CLIENT = '/client/xy-client.js';
const AGAIN_MILLIS = 3_000;

/** One connection, its subscriptions and its figures. */
export class Live {
  /**
   * @param onState called with 'connecting' (the first time only), 'online', 'offline', 'refused' (a new token is needed) or
   *   'ended' (the gateway does not want this client back)
   */
  constructor(token, onState) {
    this.token = token;
    this.onState = onState;
    this.state = 'connecting';
    this.gaps = 0;
    this.records = 0;
    this.newest = null;
    this.client = null;
    this.closed = false;
    this.wanted = [];
    this.#load(0);
  }

  /** Milliseconds since 1970 by the server's clock. */
  now() {
    const since = this.age();
    return since === null ? Date.now() : this.newest + since;
  }

  /** Milliseconds since the newest value; null before the first. */
  age() {
    return this.newest === null ? null : this.client.age();
  }

  /**
   * @param listener functions `onValue` (subject, payload, time), `onStale` (subject, stale) and `onEnded` (code), each of
   *   which may be missing
   */
  subscribe(pattern, options, listener) {
    const wish = [pattern, options, (record) => this.#onRecord(record, listener)];
    if (this.client) this.client.subscribe(...wish);
    else this.wanted.push(wish);
  }

  close() {
    this.closed = true;
    this.client?.close();
  }

  // The client is loaded late and again, so that the rest of the page works while the streaming side is away.
  async #load(attempt) {
    let module;
    try {
      module = await import(attempt === 0 ? CLIENT : `${CLIENT}?again=${attempt}`);
    } catch {
      if (this.closed) return;
      this.#become('offline');
      setTimeout(() => this.closed || this.#load(attempt + 1), AGAIN_MILLIS);
      return;
    }
    if (this.closed) return;
    const url = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/ws';
    this.client = new module.XyClient({ url, token: this.token });
    this.client.on('status', (status) => this.#onStatus(status));
    for (const wish of this.wanted.splice(0)) this.client.subscribe(...wish);
  }

  #onRecord(record, listener) {
    if (record.type === 'value') {
      this.records += 1;
      if (this.newest === null || record.ts > this.newest) this.newest = record.ts;
      listener.onValue?.(record.subject, record.data, record.ts);
    } else if (record.type === 'gap') {
      this.gaps += 1;
    } else if (record.type === 'state') {
      listener.onStale?.(record.subject, record.state !== 'live');
    } else if (record.type === 'ended') {
      listener.onEnded?.(record.code);
    }
  }

  #onStatus({ state, code }) {
    if (state === 'connected') this.#become('online');
    else if (state === 'waiting') this.#become('offline');
    else if (state === 'closed') this.#become(code >= 4200 && code < 4300 ? 'refused' : 'ended');
  }

  #become(state) {
    if (this.closed || this.state === state) return;
    this.state = state;
    this.onState(state);
  }
}
