// Opens the console as a person would: logs in, waits until the page shows the given price, looks at the accounts.
// Environment: BASE, PRICE, SHOTS (directory for screenshots), CHROMIUM.
import { chromium } from 'playwright-core';

const { BASE, PRICE, SHOTS, CHROMIUM } = process.env;
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const problems = [];
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', error => problems.push('page error: ' + error.message));
  page.on('response', answer => {
    if (answer.status() >= 400) problems.push(answer.status() + ' ' + answer.url());
  });
  page.on('console', message => {
    if (message.type() === 'error') problems.push('console: ' + message.text());
  });
  await page.goto(BASE + '/');
  await page.fill('#username', 'trader1');
  await page.fill('#password', 'password123');
  await page.keyboard.press('Enter');
  console.log('LOGGED IN');
  const row = page.locator('tr[data-subject="xy.md.tick.demo"] td[data-field="price"]');
  await row.waitFor({ timeout: 60000 });
  console.log('LISTENING');
  await page.waitForFunction(
    price => {
      const cell = document.querySelector('tr[data-subject="xy.md.tick.demo"] td[data-field="price"]');
      return cell && cell.textContent.replaceAll(/[,\s]/g, '').includes(price);
    },
    PRICE,
    { timeout: 60000, polling: 20 });
  console.log('PRICE SEEN');
  await page.locator('[data-account="account1"]').waitFor({ timeout: 60000 });
  await page.screenshot({ path: SHOTS + '/console-desktop.png' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: SHOTS + '/console-phone.png' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
  if (wide) problems.push('the page is wider than a phone');
  console.log(problems.length === 0 ? 'CLEAN' : 'PROBLEMS ' + problems.join(' | '));
} catch (error) {
  const page = browser.contexts()[0]?.pages()[0];
  if (page) {
    await page.screenshot({ path: SHOTS + '/console-failed.png' });
    console.log('THE PAGE SAYS ' + (await page.innerText('body')).replaceAll(/\s+/g, ' ').slice(0, 600));
  }
  console.log('PROBLEMS ' + problems.join(' | '));
  throw error;
} finally {
  await browser.close();
}
