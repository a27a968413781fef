/** Least squares by the normal equations of `k` regressors, in the order of their columns. */
export class LeastSquares {
  private readonly k: number;
  private readonly gram: Float64Array;
  private readonly moments: Float64Array;
  private squares = 0;
  rows = 0;

  constructor(k: number) {
    this.k = k;
    this.gram = new Float64Array(k * k);
    this.moments = new Float64Array(k);
  }

  add(x: Float64Array, y: number): void {
    const { k, gram, moments } = this;
    for (let i = 0; i < k; i++) {
      moments[i] += x[i] * y;
      for (let j = 0; j <= i; j++) gram[i * k + j] += x[i] * x[j];
    }
    this.squares += y * y;
    this.rows++;
  }

  /**
   * The fit on the first `used` regressors: coefficients, sum of squared residuals, and the variance factor
   * of the first coefficient (its squared standard error over the residual variance). Null where they depend on each other.
   */
  solve(used: number): { beta: Float64Array; residual: number; firstVariance: number } | null {
    const { k, gram, moments } = this;
    const lower = new Float64Array(used * used);
    for (let i = 0; i < used; i++)
      for (let j = 0; j <= i; j++) {
        let sum = gram[i * k + j];
        for (let m = 0; m < j; m++) sum -= lower[i * used + m] * lower[j * used + m];
        if (i !== j) lower[i * used + j] = sum / lower[j * used + j];
        else if (sum > 1e-13 * gram[i * k + i]) lower[i * used + i] = Math.sqrt(sum);
        else return null;
      }
    const beta = backward(lower, forward(lower, moments, used), used);
    const unit = new Float64Array(used);
    unit[0] = 1;
    const firstVariance = backward(lower, forward(lower, unit, used), used)[0];
    let residual = this.squares;
    for (let i = 0; i < used; i++) residual -= beta[i] * moments[i];
    return { beta, residual: Math.max(0, residual), firstVariance };
  }
}

function forward(lower: Float64Array, y: Float64Array, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = y[i];
    for (let j = 0; j < i; j++) sum -= lower[i * n + j] * x[j];
    x[i] = sum / lower[i * n + i];
  }
  return x;
}

function backward(lower: Float64Array, y: Float64Array, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i];
    for (let j = i + 1; j < n; j++) sum -= lower[j * n + i] * x[j];
    x[i] = sum / lower[i * n + i];
  }
  return x;
}
