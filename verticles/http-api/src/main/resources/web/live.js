// The one place of the console that knows the streaming client.

const CLIENT = '/client/xy-client.js';
const AGAIN_MILLIS = 3_000;

/** One connection, its subscriptions and its figures. */
export class Live {
  /**
   * @param onState called with 'connecting', 'online', 'offline' or 'refused'
   */
  constructor(token, onState) {
    this.token = token;
    this.onState = onState;
    this.state = 'connecting';
    this.node = '';
    this.gaps = 0;
    this.records = 0;
    this.lastRecordAt = null;
    this.offset = 0;
    this.client = null;
    this.closed = false;
    this.wanted = [];
    this.#load(0);
  }

  /** Milliseconds since 1970 by the server's clock. */
  now() {
    return Date.now() + this.offset;
  }

  /**
   * @param onValue called with (subject, payload, time)
   * @param onStale called with (subject, stale)
   */
  subscribe(pattern, options, onValue, onStale = () => {}) {
    const wish = [pattern, options, (record) => this.#onRecord(record, onValue, onStale)];
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
      this.#onStatus({ state: 'offline' });
      setTimeout(() => this.closed || this.#load(attempt + 1), AGAIN_MILLIS);
      return;
    }
    if (this.closed) return;
    const url = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/ws';
    this.client = new module.XyClient({ url, token: this.token });
    this.client.on('status', (status) => this.#onStatus(status));
    for (const wish of this.wanted.splice(0)) this.client.subscribe(...wish);
  }

  #onRecord(record, onValue, onStale) {
    if (record.type === 'gap') {
      this.gaps += 1;
    } else if (record.type === 'state') {
      onStale(record.subject, record.state !== 'live');
    } else if (record.payload !== undefined) {
      this.records += 1;
      this.lastRecordAt = Date.now();
      onValue(record.subject, record.payload, record.ts ?? this.now());
    }
  }

  #onStatus(status) {
    if (this.closed) return;
    this.state = status.state;
    this.node = status.node ?? this.node;
    this.offset = status.offset ?? this.offset;
    this.onState(this.state);
  }
}
