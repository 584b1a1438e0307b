// The larger chart of the chosen row, drawn by Chart.js (a WebJar). Colours come from the style sheet.

import { byId, el, setAttribute, setText } from './dom.js';
import { clock, direction, fixed, whole } from './format.js';

const LINE = { borderWidth: 1.6, pointRadius: 0, pointHitRadius: 12, fill: 'start', tension: 0 };

export class PriceChart {
  constructor() {
    this.canvas = byId('chart-canvas');
    this.row = null;
    this.plot = null;
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.#rebuild());
  }

  show(row) {
    const other = this.row !== row;
    this.row = row;
    byId('chart-empty').hidden = true;
    setText(byId('chart-title'), row.symbol);
    setText(byId('chart-price'), fixed(row.value.price, row.decimals));
    setText(byId('chart-change'), row.changeText());
    setAttribute(byId('chart-change'), 'data-direction', direction(row.change));
    this.#facts(row);
    if (other || !this.plot) this.#rebuild();
    else this.#renew();
  }

  clear() {
    this.row = null;
    byId('chart-empty').hidden = false;
    setText(byId('chart-title'), 'Chart');
    for (const id of ['chart-price', 'chart-change']) setText(byId(id), '');
    byId('chart-facts').replaceChildren();
    this.#rebuild();
  }

  #rebuild() {
    this.plot?.destroy();
    // Without the library the page works on, it only has no drawing.
    const drawn = this.row && window.Chart;
    this.plot = drawn ? new window.Chart(this.canvas, this.#configuration(this.row)) : null;
  }

  #renew() {
    const { data } = this.plot;
    data.datasets[0].data = points(this.row);
    Object.assign(data.datasets[0], this.#colours());
    this.plot.update('none');
  }

  #configuration(row) {
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(name).trim();
    const ticks = { color: colour('--soft'), font: { family: colour('--numbers'), size: 11 }, maxRotation: 0 };
    return {
      type: 'line',
      data: { datasets: [{ ...LINE, ...this.#colours(), data: points(row) }] },
      options: {
        animation: false,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: {
            displayColors: false,
            callbacks: {
              title: (items) => items.map((item) => clock(item.parsed.x)),
              label: (item) => fixed(item.parsed.y, row.decimals),
            },
          },
        },
        scales: {
          x: {
            type: 'linear',
            grid: { display: false },
            border: { color: colour('--line') },
            ticks: { ...ticks, maxTicksLimit: 5, callback: (time) => clock(time) },
          },
          y: {
            position: 'right',
            grace: '10%',
            grid: { color: colour('--line') },
            border: { display: false },
            ticks: { ...ticks, maxTicksLimit: 5, callback: (value) => fixed(value, row.decimals) },
          },
        },
      },
    };
  }

  #colours() {
    const colour = getComputedStyle(this.canvas).getPropertyValue('--' + direction(this.row.change)).trim();
    return { borderColor: colour, backgroundColor: `color-mix(in srgb, ${colour} 12%, transparent)` };
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
}

function points(row) {
  const { times, values } = row.series;
  return times.map((time, i) => ({ x: time, y: values[i] }));
}
