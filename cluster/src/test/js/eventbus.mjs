// The stock event-bus bridge client hears prices. Environment: URL, TOKEN, SUBJECT.
import SockJS from 'sockjs-client';
import { createRequire } from 'node:module';

globalThis.SockJS = SockJS;
const EventBus = createRequire(import.meta.url)('@vertx/eventbus-bridge-client.js');
const { URL: url, TOKEN, SUBJECT } = process.env;
const bus = new EventBus(url);
const limit = setTimeout(() => { console.log('NOTHING HEARD'); process.exit(1); }, 20000);
bus.onopen = () => {
  bus.registerHandler(SUBJECT, { Authorization: 'Bearer ' + TOKEN }, (error, message) => {
    if (error) { console.log('ERROR ' + JSON.stringify(error)); process.exit(1); }
    console.log('HEARD ' + JSON.stringify(message.body));
    clearTimeout(limit);
    bus.close();
    process.exit(0);
  });
};
