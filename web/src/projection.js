// Map projections for ECharts' geo component: [longitude, latitude] in degrees to plane coordinates, y downwards.

const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

/** Albers' conic equal-area projection with standard parallels `south` and `north` (Snyder 1987, eq. 14-1 to 14-11). */
export function albers(centralLongitude, south, north) {
  const n = (Math.sin(radians(south)) + Math.sin(radians(north))) / 2;
  const c = Math.cos(radians(south)) ** 2 + 2 * n * Math.sin(radians(south));
  const rho0 = Math.sqrt(c - 2 * n * Math.sin(radians((south + north) / 2))) / n;
  return {
    project([longitude, latitude]) {
      const theta = n * radians(longitude - centralLongitude);
      const rho = Math.sqrt(Math.max(0, c - 2 * n * Math.sin(radians(latitude)))) / n;
      return [rho * Math.sin(theta), rho * Math.cos(theta) - rho0];
    },
    unproject([x, y]) {
      const sign = Math.sign(n);
      const theta = Math.atan2(sign * x, sign * (rho0 + y));
      const sine = (c - (x ** 2 + (rho0 + y) ** 2) * n ** 2) / (2 * n);
      return [centralLongitude + degrees(theta / n), degrees(Math.asin(Math.max(-1, Math.min(1, sine))))];
    },
  };
}

/** The Equal Earth projection (Savric, Patterson and Jenny 2018) for views too wide for a cone. */
export function equalEarth() {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const m = Math.sqrt(3) / 2;
  const height = (t) => t * (a1 + a2 * t ** 2 + t ** 6 * (a3 + a4 * t ** 2));
  const slope = (t) => a1 + 3 * a2 * t ** 2 + t ** 6 * (7 * a3 + 9 * a4 * t ** 2);
  return {
    project([longitude, latitude]) {
      const t = Math.asin(m * Math.sin(radians(latitude)));
      return [(radians(longitude) * Math.cos(t)) / (m * slope(t)), -height(t)];
    },
    unproject([x, y]) {
      let t = -y;
      for (let i = 0; i < 12; ++i) t -= (height(t) + y) / slope(t);
      return [degrees((m * x * slope(t)) / Math.cos(t)), degrees(Math.asin(Math.max(-1, Math.min(1, Math.sin(t) / m))))];
    },
  };
}

/** The projection for a view of these bounds: a cone through it, or the whole earth's if wide or across the equator. */
export function projectionFor({ west, east, south, north }) {
  const margin = (north - south) / 6;
  const [lower, upper] = [south + margin, north - margin];
  if (east - west > 120 || Math.abs(lower + upper) < 12) return equalEarth();
  return albers((west + east) / 2, lower, upper);
}
