/** The filter of the textbook with 2 x 2 matrices written out, in the form of Joseph, which cannot lose positivity. */
export class MatrixFilter {
  private state = [0, 0];
  private covariance = [
    [1e10, 0],
    [0, 1e10],
  ];
  private origin = Number.NaN;

  constructor(private readonly drift: number) {}

  push(x: number, y: number): number {
    if (Number.isNaN(this.origin)) this.origin = x;
    const h = [1, x - this.origin];
    const p = this.covariance.map((row, i) => row.map((value, j) => value + (i === j ? this.drift : 0)));
    const ph = p.map((row) => row[0] * h[0] + row[1] * h[1]);
    const variance = h[0] * ph[0] + h[1] * ph[1] + 1;
    const gain = ph.map((value) => value / variance);
    const miss = y - (this.state[0] * h[0] + this.state[1] * h[1]);
    this.state = this.state.map((value, i) => value + gain[i] * miss);
    const left = [0, 1].map((i) => [0, 1].map((j) => (i === j ? 1 : 0) - gain[i] * h[j]));
    const times = (m: number[][], n: number[][]) =>
      m.map((row) => [0, 1].map((j) => row[0] * n[0][j] + row[1] * n[1][j]));
    const turned = [0, 1].map((i) => [0, 1].map((j) => left[j][i]));
    this.covariance = times(times(left, p), turned).map((row, i) => row.map((value, j) => value + gain[i] * gain[j]));
    return this.state[1];
  }
}
