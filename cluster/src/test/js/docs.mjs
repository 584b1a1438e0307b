// Opens the page of the API as a person would, directly and below a path of a proxy, and tries an operation.
// Environment: BASE, SHOTS (directory for screenshots), CHROMIUM.
import { createServer, request } from 'node:http';
import { chromium } from 'playwright-core';

const { BASE, SHOTS, CHROMIUM } = process.env;
const base = new URL(BASE);
// A proxy that puts the gateway below /desk/gateway/ and takes that away again.
const proxy = createServer((incoming, outgoing) => {
  const path = incoming.url.replace(/^\/desk\/gateway/, '');
  if (path === incoming.url) return outgoing.writeHead(404).end();
  incoming.pipe(request({ host: base.hostname, port: base.port, method: incoming.method, path, headers: incoming.headers },
    answer => { outgoing.writeHead(answer.statusCode, answer.headers); answer.pipe(outgoing); }));
});
await new Promise(done => proxy.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const problems = [];
try {
  for (const place of [BASE, `http://127.0.0.1:${proxy.address().port}/desk/gateway`]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', error => problems.push('page error: ' + error.message));
    page.on('response', answer => {
      if (answer.status() >= 400) problems.push(answer.status() + ' ' + answer.url());
    });
    page.on('requestfailed', asked => problems.push('failed: ' + asked.url()));
    page.on('console', message => {
      if (message.type() === 'error') problems.push('console: ' + message.text());
    });
    await page.goto(place + '/docs');
    await page.locator('.opblock').first().waitFor({ timeout: 60000 });
    const listed = await page.locator('.opblock').count();
    console.log('LISTED ' + listed);
    const health = page.locator('.opblock', { has: page.locator('[data-path="/health/liveness"]') });
    await health.locator('.opblock-summary').click();
    await health.locator('.try-out__btn').click();
    await health.locator('.execute').click();
    await health.locator('.live-responses-table .response-col_status').first().waitFor({ timeout: 60000 });
    const status = (await health.locator('.live-responses-table tbody .response-col_status').first().innerText()).trim();
    const url = (await health.locator('.request-url pre').innerText()).trim();
    console.log('TRIED ' + status.split('\n')[0] + ' ' + url.replace(place, ''));
    await page.screenshot({ path: SHOTS + (place === BASE ? '/docs.png' : '/docs-below.png') });
    await page.close();
  }
  console.log(problems.length === 0 ? 'CLEAN' : 'PROBLEMS ' + problems.join(' | '));
} catch (error) {
  const page = browser.contexts()[0]?.pages()[0];
  if (page) await page.screenshot({ path: SHOTS + '/docs-failed.png' });
  console.log('PROBLEMS ' + problems.join(' | '));
  throw error;
} finally {
  await browser.close();
  proxy.close();
  proxy.closeAllConnections();
}
