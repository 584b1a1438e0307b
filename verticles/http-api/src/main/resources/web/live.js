// The one place of the console that knows the streaming client.

import { XyClient } from '/client/xy-client.js';

/** One connection, its subscriptions and its figures. */
export class Live {
  /**
   * @param onState called with 'connecting', 'online', 'offline' or 'refused'
   */
  constructor(token, onState) {
    const url = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/ws';
    this.state = 'connecting';
    this.node = '';
    this.gaps = 0;
    this.records = 0;
    this.lastRecordAt = null;
    this.offset = 0;
    this.onState = onState;
    this.client = new XyClient({ url, token });
    this.client.on('status', (status) => this.#onStatus(status));
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
    return this.client.subscribe(pattern, options, (record) => this.#onRecord(record, onValue, onStale));
  }

  close() {
    this.client.close();
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
    this.state = status.state;
    this.node = status.node ?? this.node;
    this.offset = status.offset ?? this.offset;
    this.onState(this.state);
  }
}
