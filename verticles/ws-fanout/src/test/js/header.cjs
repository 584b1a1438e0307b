// The stock client with its token in the default headers.
const EventBus = require('@vertx/eventbus-bridge-client.js');

const [url, token] = process.argv.slice(2);
const eb = new EventBus(url);
eb.defaultHeaders = { Authorization: 'Bearer ' + token };
eb.onerror = (error) => console.log('error ' + JSON.stringify(error));
eb.onclose = (e) => {
  console.log('closed ' + JSON.stringify(e && e.code));
  process.exit(0);
};
eb.onopen = () => {
  eb.registerHandler('xy.md.tick.a', (e, message) => console.log('a ' + JSON.stringify(e || message.body)));
  console.log('registered');
};
process.stdin.on('data', () => eb.close());
