// Recent values of one subject: a ring, so that a page that is open for days stays as small as on the first hour.

const KEPT = 600;

export class Series {
  constructor() {
    this.times = [];
    this.values = [];
  }

  add(time, value) {
    this.times.push(time);
    this.values.push(value);
    // Cut in pieces: one shift per value would move the whole array each time.
    if (this.values.length > KEPT + 100) {
      this.times = this.times.slice(-KEPT);
      this.values = this.values.slice(-KEPT);
    }
  }

  get length() {
    return this.values.length;
  }

  range() {
    let low = Infinity;
    let high = -Infinity;
    for (const value of this.values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return { low, high };
  }

  /** Points of an SVG polyline through the last values. */
  spark(width, height, count) {
    const values = this.values.slice(-count);
    if (values.length < 2) return '';
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    const step = (width - 2) / (count - 1);
    const begin = width - 1 - step * (values.length - 1);
    return values
      .map((value, i) => `${(begin + i * step).toFixed(1)},${(height - 2 - ((height - 4) * (value - low)) / span).toFixed(1)}`)
      .join(' ');
  }
}
