// The larger chart of the chosen row, on a canvas. Colours come from the style sheet.

import { byId, el, setAttribute, setText } from './dom.js';
import { clock, direction, fixed, whole } from './format.js';

const PAD = { top: 10, right: 64, bottom: 22, left: 8 };

export class Chart {
  constructor() {
    this.canvas = byId('chart-canvas');
    this.row = null;
    this.pointer = null;
    this.canvas.onpointermove = (event) => this.#point(event.offsetX);
    this.canvas.onpointerleave = () => this.#point(null);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.draw());
  }

  show(row) {
    this.row = row;
    byId('chart-empty').hidden = true;
    setText(byId('chart-title'), row.symbol);
    setText(byId('chart-price'), fixed(row.value.price, row.decimals));
    setText(byId('chart-change'), row.changeText());
    setAttribute(byId('chart-change'), 'data-direction', direction(row.change));
    this.#facts(row);
    this.draw();
  }

  clear() {
    this.row = null;
    byId('chart-empty').hidden = false;
    setText(byId('chart-title'), 'Chart');
    for (const id of ['chart-price', 'chart-change']) setText(byId(id), '');
    byId('chart-facts').replaceChildren();
    this.draw();
  }

  draw() {
    const box = this.canvas.getBoundingClientRect();
    if (box.width === 0) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * scale);
    this.canvas.height = Math.round(box.height * scale);
    const pen = this.canvas.getContext('2d');
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, box.width, box.height);
    if (this.row && this.row.series.length > 0) this.#plot(pen, box.width, box.height);
  }

  #point(x) {
    this.pointer = x;
    this.draw();
  }

  #facts(row) {
    const { low, high } = row.series.range();
    const fact = (name, text) => el('div', {}, el('dt', {}, name), el('dd', {}, text));
    byId('chart-facts').replaceChildren(
      fact('Bid', fixed(row.value.bid, row.decimals)),
      fact('Ask', fixed(row.value.ask, row.decimals)),
      fact('Low', fixed(low, row.decimals)),
      fact('High', fixed(high, row.decimals)),
      fact('Volume', whole(row.value.volume)),
    );
    const label = `Recent values of ${row.symbol}, low ${fixed(low, row.decimals)}, high ${fixed(high, row.decimals)}`;
    setAttribute(this.canvas, 'aria-label', label);
  }

  #plot(pen, width, height) {
    const { times, values } = this.row.series;
    const view = this.#view(times, width, height);
    const marked = this.pointer === null ? values.length - 1 : nearest(times, view.timeAt(this.pointer));
    this.#grid(pen, view, width, height, view.y(values[marked]));
    const style = getComputedStyle(this.canvas);
    const colour = style.getPropertyValue('--' + direction(this.row.change)).trim();
    pen.beginPath();
    values.forEach((value, i) => pen.lineTo(view.x(times[i]), view.y(value)));
    pen.strokeStyle = colour;
    pen.lineWidth = 1.6;
    pen.lineJoin = 'round';
    pen.stroke();
    pen.lineTo(view.x(times.at(-1)), height - PAD.bottom);
    pen.lineTo(view.x(times[0]), height - PAD.bottom);
    pen.globalAlpha = 0.12;
    pen.fillStyle = colour;
    pen.fill();
    pen.globalAlpha = 1;
    this.#mark(pen, view, marked, width, height, colour, style);
  }

  #view(times, width, height) {
    let { low, high } = this.row.series.range();
    const margin = (high - low || Math.abs(high) * 0.001 || 1) * 0.12;
    low -= margin;
    high += margin;
    const begin = times[0];
    const span = Math.max(1000, times.at(-1) - begin);
    const inner = width - PAD.left - PAD.right;
    const tall = height - PAD.top - PAD.bottom;
    return {
      low,
      high,
      begin,
      span,
      x: (time) => PAD.left + (inner * (time - begin)) / span,
      y: (value) => PAD.top + (tall * (high - value)) / (high - low),
      timeAt: (x) => begin + (span * (x - PAD.left)) / inner,
    };
  }

  /** @param taken height of the value's own label, which would cover one of the scale */
  #grid(pen, view, width, height, taken) {
    const style = getComputedStyle(this.canvas);
    pen.font = '11px ' + style.getPropertyValue('--numbers');
    pen.textBaseline = 'middle';
    pen.strokeStyle = style.getPropertyValue('--line');
    pen.fillStyle = style.getPropertyValue('--soft');
    pen.lineWidth = 1;
    for (let i = 0; i <= 4; i += 1) {
      const value = view.low + ((view.high - view.low) * i) / 4;
      const y = Math.round(view.y(value)) + 0.5;
      pen.beginPath();
      pen.moveTo(PAD.left, y);
      pen.lineTo(width - PAD.right, y);
      pen.stroke();
      pen.textAlign = 'left';
      if (Math.abs(y - taken) > 16) pen.fillText(fixed(value, this.row.decimals), width - PAD.right + 6, y);
    }
    const marks = Math.max(2, Math.min(5, Math.floor(width / 130)));
    for (let i = 0; i < marks; i += 1) {
      const time = view.begin + (view.span * i) / (marks - 1);
      pen.textAlign = i === 0 ? 'left' : i === marks - 1 ? 'right' : 'center';
      pen.fillText(clock(time), view.x(time), height - PAD.bottom / 2 + 2);
    }
  }

  #mark(pen, view, at, width, height, colour, style) {
    const { times, values } = this.row.series;
    const x = view.x(times[at]);
    const y = view.y(values[at]);
    if (this.pointer !== null) {
      pen.strokeStyle = style.getPropertyValue('--soft');
      pen.setLineDash([3, 3]);
      pen.beginPath();
      pen.moveTo(x, PAD.top);
      pen.lineTo(x, height - PAD.bottom);
      pen.stroke();
      pen.setLineDash([]);
    }
    pen.beginPath();
    pen.arc(x, y, 3, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    const text = fixed(values[at], this.row.decimals);
    pen.fillRect(width - PAD.right + 2, y - 9, PAD.right - 4, 18);
    pen.fillStyle = style.getPropertyValue('--panel');
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    pen.fillText(text, width - PAD.right + 6, y);
    if (this.pointer !== null) {
      pen.fillStyle = style.getPropertyValue('--ink');
      pen.textAlign = x > width / 2 ? 'right' : 'left';
      pen.fillText(clock(times[at]), x + (x > width / 2 ? -6 : 6), PAD.top + 6);
    }
  }
}

function nearest(times, time) {
  let best = 0;
  times.forEach((candidate, i) => {
    if (Math.abs(candidate - time) < Math.abs(times[best] - time)) best = i;
  });
  return best;
}
