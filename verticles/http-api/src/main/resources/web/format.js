// Numbers and times as a desk reads them.

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const MONEY = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const NONE = '–';

export const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

/** A number of a record; numbers beyond 2^53 come as text. */
export function numberOf(value) {
  if (isNumber(value)) return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}

export function decimalsOf(value) {
  const text = String(value);
  const dot = text.indexOf('.');
  return dot < 0 || text.includes('e') ? 0 : Math.min(8, text.length - dot - 1);
}

export const fixed = (value, decimals) => (isNumber(value) ? value.toFixed(decimals) : NONE);
export const whole = (value) => (isNumber(value) ? GROUPED.format(value) : NONE);
export const money = (value) => (isNumber(value) ? MONEY.format(value) : NONE);

/** Direction in a form that does not need colour. */
export const arrow = (value) => (value > 0 ? '▲' : value < 0 ? '▼' : '•');
export const direction = (value) => (value > 0 ? 'up' : value < 0 ? 'down' : 'flat');
export const signed = (value, text) => (value > 0 ? '+' + text : text.replace('-', '−'));

export function age(millis) {
  if (!isNumber(millis)) return NONE;
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 10) return seconds.toFixed(1) + ' s';
  if (seconds < 120) return Math.floor(seconds) + ' s';
  if (seconds < 7200) return Math.floor(seconds / 60) + ' min';
  return Math.floor(seconds / 3600) + ' h';
}

export const clock = (millis) => new Date(millis).toLocaleTimeString('en-GB');
