// Runs the browser client against the gateway and prints what it sees, one JSON line each.
import WebSocket from 'ws';
import { pathToFileURL } from 'node:url';

const [file, url, token] = process.argv.slice(2);
const { XyClient, matches } = await import(pathToFileURL(file));
const say = (what, value) => console.log(JSON.stringify({ what, value: value === undefined ? null : value }));

say('matches', [
  matches('a.*', 'a.b'), matches('a.>', 'a.b.c'), matches('a.>', 'a'), matches('a.*', 'a.b.c'), matches('a.b', 'a.b'),
]);
const xy = new XyClient({ url, token: () => token, WebSocket, random: () => 0 });
xy.on('status', (s) => say('status', [s.state, s.stale, s.code || 0]));
let all = xy.subscribe('xy.md.tick.>', { mode: 'all' }, (r) => say('all', r));
xy.subscribe('xy.secret.>', {}, (r) => say('secret', r));
process.stdin.on('data', async (data) => {
  for (const line of String(data).trim().split('\n')) {
    if (line === 'close') {
      xy.close();
      process.exit(0);
    }
    if (line === 'update') all.update({ mode: 'latest', rate: 10 });
    if (line === 'unsubscribe') all.close();
    if (line === 'call') {
      try {
        say('answer', await xy.request('POST /api/v1/x', { n: 1 }, { ms: 20000 }));
      } catch (e) {
        say('failure', [e.code, e.outcome]);
      }
    }
    if (line === 'many') {
      for (let i = 0; i < 150; i++) xy.subscribe('xy.md.many.' + i, {}, (r) => r.type === 'ready' && say('many', i));
    }
    if (line === 'age') say('age', xy.age() >= 0);
  }
});
