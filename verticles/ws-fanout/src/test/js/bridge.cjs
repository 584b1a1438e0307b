// Runs the stock event-bus client against the gateway and prints what it sees, one JSON line each.
const EventBus = require('@vertx/eventbus-bridge-client.js');

const [url, token, transport] = process.argv.slice(2);
const say = (what, value) => console.log(JSON.stringify({ what, value: value === undefined ? null : value }));
const options = { vertxbus_ping_interval: 200 };
if (transport) options.transports = [transport];
const eb = new EventBus(url, options);
eb.onerror = (error) => say('error', error);
eb.onclose = (event) => {
  say('closed', event && { code: event.code, reason: event.reason });
  process.exit(0);
};
eb.onopen = () => {
  say('open');
  eb.registerHandler('xy.md.early', (error) => say('early', error));
  eb.send('xy.auth', { token: 'nonsense' }, (error) => say('bad-auth', error));
  eb.send('xy.auth', { token }, (error, reply) => {
    say('auth', error || reply.body);
    eb.registerHandler('xy.md.tick.a', (e, message) => say('a', e || message.body));
    eb.registerHandler('xy.md.*.b', (e, message) => say('b', e || [message.headers.subject, message.body]));
    eb.registerHandler('xy.secret.>', (e) => say('secret', e));
    eb.send('somewhere', {}, (e) => say('somewhere', e));
    eb.publish('xy.md.tick.a', { forged: true });
    eb.send('xy.api', { to: 'GET /api/v1/x' }, (e, r) => say('call', e || r.body));
    eb.send('xy.api', { to: '<bad>' }, (e, r) => say('bad-call', e || r.body));
    say('registered');
  });
};
process.stdin.on('data', (data) => {
  const line = String(data).trim();
  if (line === 'close') eb.close();
  if (line === 'unregister') {
    eb.unregisterHandler('xy.md.tick.a', eb.handlers['xy.md.tick.a'][0]);
    say('unregistered');
  }
});
