// The stock event-bus client with the desk's event names as addresses.
const EventBus = require('@vertx/eventbus-bridge-client.js');

const [url, token, transport] = process.argv.slice(2);
const say = (what, value) => console.log(JSON.stringify({ what, value: value === undefined ? null : value }));
const eb = new EventBus(url, transport ? { transports: [transport] } : {});
eb.defaultHeaders = { Authorization: 'Bearer ' + token };
eb.onerror = (error) => say('error', error);
eb.onclose = () => process.exit(0);
const ask = (name, address, body) => eb.send(address, body, (error, reply) => say(name, error ? error : reply.body));
eb.onopen = () => {
  for (const event of ['account:update', 'algorithm:update', 'instruction:execution:update']) {
    eb.registerHandler(event, (error, message) => say(event, error || message.body));
  }
  ask('mine', 'account:subscribe', { accountIds: ['account1'] });
  ask('again', 'account:subscribe', { accountIds: ['account1'] });
  ask('others', 'account:subscribe', { accountIds: ['account2'] });
  ask('both', 'account:subscribe', { accountIds: ['account1', 'account3'] });
  ask('wild', 'account:subscribe', { accountIds: ['*'] });
  ask('none', 'account:subscribe', { accountIds: [] });
  ask('number', 'account:subscribe', { accountIds: [7] });
  ask('algorithms', 'algorithm:subscribe', { algorithmIds: ['algo1'] });
  ask('portfolio', 'algorithm:subscribe:portfolio', { portfolioId: 'p1' });
  ask('portfolio-none', 'algorithm:subscribe:portfolio', { portfolioId: 'nowhere' });
  ask('portfolio-bad', 'algorithm:subscribe:portfolio', { portfolioId: ['p1'] });
  ask('execution', 'instruction:execution:subscribe', { executionId: 'e1' });
  ask('status', 'account:status', { accountId: 'a/b c' });
  ask('progress', 'algorithm:progress', { algorithmId: 'algo1' });
  ask('command', 'algorithm:command', { algorithmId: 'algo1', command: 'pause', more: 1 });
  ask('parse', 'instruction:parse', { text: 't', accounts: ['account1'] });
  ask('execute', 'instruction:execute', { instructions: [1.10], accounts: ['account1'] });
  ask('cancel', 'instruction:execution:cancel', { executionId: 'e1' });
  ask('history', 'instruction:history:recent', { accounts: ['account1', 'b&c'], limit: 3 });
  ask('unknown', 'instruction:dance', {});
  ask('ready', 'account:unsubscribe', { accountIds: ['account9'] });
};
process.stdin.on('data', () => ask('gone', 'account:unsubscribe', { accountIds: ['account1'] }));
